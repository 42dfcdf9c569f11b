package output

import (
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"pylint-deploy/parser/pattern"
)

// logFile repeats what a screen shows, a record a message, as Ansible's log_path does: with time, process and user, and
// without colours.
type logFile struct {
	w    io.Writer
	who  string
	now  func() time.Time
	last error
}

// unlogged is below the level of the log.
const unlogged = colorDebug

var escapes = pattern.New("\x1b\\[[0-9;]*m")

func newLog(w io.Writer, now func() time.Time) *logFile {
	name := fmt.Sprintf("uid=%d", os.Getuid())
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return &logFile{w: w, who: fmt.Sprintf("p=%d u=%s n=ansible", os.Getpid(), name), now: now}
}

func (l *logFile) record(text string, c color) {
	if l == nil || c == unlogged || l.last != nil {
		return
	}
	text = strings.TrimLeft(escapes.ReplaceAllString(text, ""), "\n")
	_, l.last = fmt.Fprintf(l.w, "%s %s | %s\n", strings.Replace(l.now().Format("2006-01-02 15:04:05.000"), ".", ",", 1), l.who, text)
}
