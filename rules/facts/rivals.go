package facts

import "strings"

// relateRivals finds tasks of a play that set one thing to different values: the groups of a user, the job of a cron entry.
func relateRivals(p *Play, _ registers, _ *Builder) {
	users, jobs := map[string][]*Task{}, map[string][]*Task{}
	for _, t := range p.All {
		name := t.str("name")
		if name == "" || strings.Contains(name, "{{") || t.str("state") == "absent" {
			continue
		}
		switch {
		case t.Module == "user" && t.arg("groups") != nil:
			users[name] = append(users[name], t)
		case t.Module == "cron":
			key := strings.Join([]string{name, t.str("user"), t.str("cron_file"), t.str("env")}, "\x00")
			jobs[key] = append(jobs[key], t)
		}
	}
	for _, list := range users {
		for _, t := range list {
			if other := t.rival(list, "groups", false); other != nil && !t.is("append") {
				t.set("rival", other.ref())
			}
		}
	}
	for _, list := range jobs {
		for _, t := range list {
			if other := t.rival(list, "job", true); other != nil && len(t.conds) == 0 {
				t.set("rival", other.ref())
			}
		}
	}
}

// rival is a task that gives an argument another value, and may run in the same run; ahead tells that only those before t count.
func (t *Task) rival(list []*Task, arg string, ahead bool) *Task {
	for _, o := range list {
		if o.Visit.Task == t.Visit.Task || ahead && o.order > t.order || exclusive(o, t) {
			continue
		}
		if strings.Join(o.values(arg), ",") != strings.Join(t.values(arg), ",") {
			return o
		}
	}
	return nil
}
