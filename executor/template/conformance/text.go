package conformance

import (
	"fmt"
	"io"
	"strings"
)

// Text writes the failures and the totals of each group for a reader.
func (r Report) Text(w io.Writer) error {
	var out strings.Builder
	for _, f := range r.Failures {
		fmt.Fprintf(&out, "FAIL %s\n   got: %s\n  want: %s\n", f.Case, f.Got, f.Want)
	}
	if len(r.Failures) > 0 {
		out.WriteByte('\n')
	}
	for _, g := range r.Groups {
		fmt.Fprintf(&out, "%-20s %4d of %4d\n", g.Group, g.Passed, g.Total)
	}
	share := 100.0
	if r.Total > 0 {
		share = 100 * float64(r.Passed) / float64(r.Total)
	}
	fmt.Fprintf(&out, "%-20s %4d of %4d, %.1f %%\n", "total", r.Passed, r.Total, share)
	_, err := io.WriteString(w, out.String())
	return err
}
