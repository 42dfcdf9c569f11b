package launch

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pylint-deploy/executor/event"
	"pylint-deploy/executor/strategy"
	"pylint-deploy/parser/playbook"
)

// Lists are what ansible-playbook shows instead of running.
type Lists struct{ Syntax, Tasks, Tags, Hosts bool }

// Refuse names all at once what the playbooks ask for and this program does not do, before any host is touched.
// With warn they are only warned of: such a task then fails where it is reached.
func (s *Session) Refuse(warn bool) error {
	var books []*playbook.Playbook
	for _, b := range s.Books {
		books = append(books, b.Parsed)
	}
	var lines []string
	for _, r := range strategy.Preflight(books, s.outside(), s.settings()) {
		if warn && r.Argument {
			continue
		}
		if r.Notice || warn && !r.Unresolved {
			s.sinks.Emit(event.Warning{Text: r.String()})
			continue
		}
		lines = append(lines, r.String())
	}
	if len(lines) == 0 {
		return nil
	}
	return &strategy.Abort{Err: errors.New(strings.Join(lines, "\n")), Code: strategy.ExitParse}
}

// Hosts are the hosts of a pattern that --limit leaves.
func (s *Session) Hosts(pattern string) ([]string, error) { return s.hosts.Match(pattern, true) }

// List writes what was asked for; a syntax check alone writes the playbooks' names.
func (s *Session) List(w io.Writer, l Lists) error {
	for _, book := range s.Books {
		fmt.Fprintf(w, "\nplaybook: %s\n", book.Named)
		if !l.Tasks && !l.Tags && !l.Hosts {
			continue
		}
		plays, err := s.Runner.Listing(book)
		if err != nil {
			return err
		}
		for i, p := range plays {
			l.play(w, i+1, p)
		}
	}
	return nil
}

func (l Lists) play(w io.Writer, n int, p strategy.ListedPlay) {
	fmt.Fprintf(w, "\n  play #%d (%s): %s\tTAGS: [%s]\n", n, p.Hosts, p.Name, strings.Join(p.Tags, ","))
	if l.Hosts {
		fmt.Fprintf(w, "    pattern: [%s]\n    hosts (%d):\n", quoted(p.Pattern), len(p.Matched))
		for _, h := range p.Matched {
			fmt.Fprintf(w, "      %s\n", h)
		}
	}
	if l.Tasks {
		fmt.Fprintf(w, "    tasks:\n")
		for _, t := range p.Tasks {
			fmt.Fprintf(w, "      %s\tTAGS: [%s]\n", t.Name, strings.Join(t.Tags, ", "))
		}
	}
	if l.Tags {
		var all []string
		for _, t := range p.Tasks {
			all = append(all, t.Tags...)
		}
		slices.Sort(all)
		fmt.Fprintf(w, "      TASK TAGS: [%s]\n", strings.Join(slices.Compact(all), ", "))
	}
}

func quoted(list []string) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = "'" + p + "'"
	}
	return strings.Join(out, ", ")
}
