package playbook

import "slices"

// Section is the part of a play that a task runs in.
type Section string

// The sections of a play.
const (
	PreTasks  Section = "pre_tasks"
	Roles     Section = "roles"
	Tasks     Section = "tasks"
	PostTasks Section = "post_tasks"
	Handlers  Section = "handlers"
)

// Visit is a task in one of the places where it runs. The same task is visited once for each way that leads to it.
type Visit struct {
	Playbook *Playbook // nil for a role or task file on its own
	Play     *Play     // nil likewise
	Section  Section
	Task     *Task
	// Role is the innermost role around the task, nil outside roles.
	Role *Role
	// Chain leads from the play to the task, outermost first.
	Chain []Link
	// Handler tells that the task runs when notified.
	Handler bool
}

// Link is one step from a play down to a task. One of Block, Include and Ref is set.
type Link struct {
	// Block is a block that the task stands in, and Part which of its lists: "block", "rescue" or "always".
	Block *Block
	Part  string
	// Include is a task that brings in the file or role which the task is in.
	Include *Task
	// Ref is an entry of roles: or of a role's dependencies.
	Ref *RoleRef
}

// Words are the keywords of the link's object.
func (l Link) Words() *Keywords {
	switch {
	case l.Block != nil:
		return &l.Block.Keywords
	case l.Include != nil:
		return &l.Include.Keywords
	case l.Ref != nil:
		return &l.Ref.Keywords
	}
	return &Keywords{}
}

// Inherited finds a keyword of the task, or of the innermost object around it that has it, the play included.
func (v *Visit) Inherited(name string) *Keyword {
	if k := v.Task.Keyword(name); k != nil {
		return k
	}
	for _, link := range slices.Backward(v.Chain) {
		if k := link.Words().Keyword(name); k != nil {
			return k
		}
	}
	if v.Play != nil {
		return v.Play.Keyword(name)
	}
	return nil
}

// walker carries the place of the walk. Files and roles on the way here are not entered again.
type walker struct {
	visit  func(*Visit) bool
	at     Visit
	files  []*TaskFile
	roles  []*Role
	onBook []*Playbook
}

// Walk visits every task of a playbook in the order of its text: imported playbooks, roles with their dependencies,
// imported and included files where they are known. visit returns whether to enter what its task brings in. The Visit is
// the callee's to keep.
func (p *Playbook) Walk(visit func(*Visit) bool) { (&walker{visit: visit}).playbook(p) }

// Walk visits every task of a role on its own: of its tasks, then of its handlers.
func (r *Role) Walk(visit func(*Visit) bool) { (&walker{visit: visit}).role(r) }

// Walk visits every task of a file on its own.
func (f *TaskFile) Walk(visit func(*Visit) bool) {
	w := &walker{visit: visit}
	w.at.Handler, w.at.Role, w.at.Section = f.Handlers, f.Role, Tasks
	w.file(f)
}

func (w *walker) playbook(p *Playbook) {
	if slices.Contains(w.onBook, p) {
		return
	}
	w.onBook = append(w.onBook, p)
	defer func() { w.onBook = w.onBook[:len(w.onBook)-1] }()
	outer := w.at
	for _, play := range p.Plays {
		w.at = Visit{Playbook: p, Play: play}
		if play.Import != nil {
			if play.Import.Playbook != nil {
				w.playbook(play.Import.Playbook)
			}
			continue
		}
		w.play(play)
	}
	w.at = outer
}

func (w *walker) play(play *Play) {
	w.section(PreTasks, play.PreTasks)
	w.at.Section = Roles
	for _, ref := range play.Roles {
		w.ref(ref)
	}
	w.section(Tasks, play.Tasks)
	w.section(PostTasks, play.PostTasks)
	w.at.Handler = true
	w.section(Handlers, play.Handlers)
	w.at.Handler = false
}

func (w *walker) section(name Section, list []Entry) {
	w.at.Section = name
	w.entries(list)
}

// under runs a part of the walk one link further down.
func (w *walker) under(link Link, walk func()) {
	outer := w.at
	w.at.Chain = append(slices.Clip(w.at.Chain), link)
	walk()
	w.at = outer
}

func (w *walker) ref(ref *RoleRef) {
	if ref.Role != nil {
		w.under(Link{Ref: ref}, func() { w.role(ref.Role) })
	}
}

func (w *walker) role(r *Role) {
	if slices.Contains(w.roles, r) {
		return
	}
	w.roles = append(w.roles, r)
	outer := w.at
	for _, dep := range r.Dependencies {
		w.ref(dep)
	}
	w.at.Role = r
	if w.at.Section == "" {
		w.at.Section = Roles
	}
	w.file(r.Tasks)
	w.at.Handler = true
	w.file(r.Handlers)
	w.at = outer
	w.roles = w.roles[:len(w.roles)-1]
}

func (w *walker) file(f *TaskFile) {
	if f == nil || slices.Contains(w.files, f) {
		return
	}
	w.files = append(w.files, f)
	w.entries(f.Entries)
	w.files = w.files[:len(w.files)-1]
}

func (w *walker) entries(list []Entry) {
	for _, e := range list {
		switch e := e.(type) {
		case *Block:
			for _, part := range []struct {
				name string
				list []Entry
			}{{"block", e.Block}, {"rescue", e.Rescue}, {"always", e.Always}} {
				w.under(Link{Block: e, Part: part.name}, func() { w.entries(part.list) })
			}
		case *Task:
			w.task(e)
		}
	}
}

func (w *walker) task(t *Task) {
	v := w.at
	v.Task = t
	if !w.visit(&v) || t.Static == nil {
		return
	}
	w.under(Link{Include: t}, func() {
		switch {
		case t.Static.File != nil:
			w.file(t.Static.File)
		case t.Static.Role != nil:
			w.role(t.Static.Role)
		}
	})
}
