// Command compat keeps docs/compatibility.md: what ansible-core's own integration targets give with ansible-playbook and with
// pylint-deploy run.
//
//	go run ./testdata/compat [-baseline base.json] [results.json...]
//
// It merges results files (a list of targets, each with exit code and recap totals) into results.tsv, which has one line a
// target, and writes the page anew from that and from notes.tsv, where people say why a target differs. A results file says itself
// over which connection it was made. Without arguments only the page is written.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// totals are the counts of the recap that must be equal, in their order.
var totals = []string{"ok", "changed", "unreachable", "failed", "skipped", "rescued", "ignored"}

// columns are the runs that are compared: the first with ansible-playbook, the others with this program.
var columns = []string{"ansible", "local", "ssh"}

// row is one target: its kind, and for each column what came of it, "" where it was not run.
type row struct {
	name, kind string
	came       map[string]string
}

func main() {
	log.SetFlags(0)
	baseline := flag.String("baseline", "", "results of ansible-playbook")
	dir := flag.String("dir", "testdata/compat", "where results.tsv and notes.tsv are")
	page := flag.String("page", "docs/compatibility.md", "the page to write")
	flag.Parse()
	rows, err := readRows(filepath.Join(*dir, "results.tsv"))
	check(err)
	if *baseline != "" {
		check(merge(rows, *baseline, "ansible"))
	}
	for _, file := range flag.Args() {
		check(merge(rows, file, ""))
	}
	sorted := slices.SortedFunc(func(yield func(*row) bool) {
		for _, r := range rows {
			if !yield(r) {
				return
			}
		}
	}, func(a, b *row) int { return strings.Compare(a.name, b.name) })
	check(writeRows(filepath.Join(*dir, "results.tsv"), sorted))
	notes, err := readNotes(filepath.Join(*dir, "notes.tsv"))
	check(err)
	check(os.WriteFile(*page, render(sorted, notes), 0o644))
}

func check(err error) {
	if err != nil {
		log.Fatal("compat: ", err)
	}
}

// merge takes the results of a file into the rows. An empty column is the connection that the file names.
func merge(rows map[string]*row, file, column string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var in struct {
		Connection string
		Results    []struct {
			Target, Kind, Status string
			Recap                map[string]int
		}
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if column == "" {
		if column = in.Connection; column != "ssh" {
			column = "local"
		}
	}
	for _, r := range in.Results {
		known := rows[r.Target]
		if known == nil {
			known = &row{name: r.Target, came: map[string]string{}}
			rows[r.Target] = known
		}
		known.kind = r.Kind
		counts := make([]string, len(totals))
		for i, name := range totals {
			counts[i] = fmt.Sprint(r.Recap[name])
		}
		known.came[column] = r.Status + " " + strings.Join(counts, "/")
	}
	return nil
}

func readRows(path string) (map[string]*row, error) {
	rows := map[string]*row{}
	err := lines(path, func(fields []string) {
		r := &row{name: fields[0], kind: fields[1], came: map[string]string{}}
		for i, column := range columns {
			if i+2 < len(fields) && fields[i+2] != "" {
				r.came[column] = fields[i+2]
			}
		}
		rows[r.name] = r
	})
	return rows, err
}

func writeRows(path string, rows []*row) error {
	var out bytes.Buffer
	for _, r := range rows {
		fields := []string{r.name, r.kind}
		for _, column := range columns {
			fields = append(fields, r.came[column])
		}
		fmt.Fprintln(&out, strings.Join(fields, "\t"))
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// note is why a target differs. need is "python" or "internals" for what this program does not have by design, else "".
type note struct{ need, why string }

func readNotes(path string) (map[string]note, error) {
	notes := map[string]note{}
	err := lines(path, func(fields []string) {
		if len(fields) == 3 {
			notes[fields[0]] = note{strings.Trim(fields[1], "-"), fields[2]}
		}
	})
	return notes, err
}

func lines(path string, visit func(fields []string)) error {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		if line := in.Text(); line != "" && line[0] != '#' {
			visit(strings.Split(line, "\t"))
		}
	}
	return in.Err()
}

func (r *row) equal(column string) bool { return r.came[column] == r.came["ansible"] }

// state is what the page says of a run.
func (r *row) state(column string) string {
	switch {
	case r.came[column] == "":
		return ""
	case r.equal(column):
		return "equal"
	}
	return r.came[column]
}

const head = `# Compatibility with ansible-playbook

This page is written by ` + "`make compat`" + ` from ` + "`testdata/compat`" + `; change it there.

ansible-core tests itself with *integration targets*: playbooks, and scripts that call ansible-playbook many times
(` + "`test/integration/targets`" + ` of its branch stable-2.14). Each was run with ansible-playbook 2.14.18 and with
this program under the names ansible-playbook and ansible (` + "`--ansible-compat classic`" + `; modules in Python are run by the target's
Python, as [python-modules.md](python-modules.md) says), in the same throw-away Debian 12. A target is *equal* if the exit code and
the sums of its recaps are: ok, changed, unreachable, failed, skipped, rescued, ignored.

`

func render(rows []*row, notes map[string]note) []byte {
	var out bytes.Buffer
	out.WriteString(head)
	var measured, equal, without, ssh, sshEqual int
	var table, broken bytes.Buffer
	for _, r := range rows {
		base := r.came["ansible"]
		if base == "" || r.came["local"] == "" && r.came["ssh"] == "" {
			continue
		}
		if !strings.HasPrefix(base, "pass") {
			fmt.Fprintf(&broken, "| %s | %s | %s |\n", r.name, base, r.came["local"])
			continue
		}
		n := notes[r.name]
		if r.came["local"] != "" {
			measured++
			switch {
			case r.equal("local"):
				equal++
			case n.need != "":
				without++
			}
		}
		if r.came["ssh"] != "" && (r.equal("local") || r.came["local"] == "") {
			ssh++
			if r.equal("ssh") {
				sshEqual++
			}
		}
		why := n.why
		if n.need != "" {
			why = map[string]string{"python": "needs Python plugins: ", "internals": "needs Ansible's internals: "}[n.need] + n.why
		}
		if r.equal("local") && (r.came["ssh"] == "" || r.equal("ssh")) {
			why = ""
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %s | %s |\n", r.name, strings.TrimPrefix(base, "pass "), r.state("local"), r.state("ssh"), why)
	}
	fmt.Fprintf(&out, "Of %d targets that ansible-playbook passes there, %d are equal, and %d need Python plugins or the insides of Ansible, which this program\n"+
		"does not have. Of the other %d that is %.0f %%.\n", measured, equal, without, measured-without, 100*float64(equal)/float64(max(1, measured-without)))
	if ssh > 0 {
		fmt.Fprintf(&out, "Of the equal ones %d were also run over SSH, as a second user who becomes root by sudo (at 127.0.0.1, a target's own choices apart); %d were equal again.\n", ssh, sshEqual)
	}
	out.WriteString("\nTotals are ok/changed/unreachable/failed/skipped/rescued/ignored; a status other than pass comes first.\n\n")
	out.WriteString("| target | ansible-playbook | pylint-deploy run | over SSH | what differs |\n|---|---|---|---|---|\n")
	out.Write(table.Bytes())
	if broken.Len() > 0 {
		out.WriteString("\n## Targets that fail with ansible-playbook, too\n\nThey ask for the internet or for what a container does not have.\n\n" +
			"| target | ansible-playbook | pylint-deploy run |\n|---|---|---|\n")
		out.Write(broken.Bytes())
	}
	return out.Bytes()
}
