package ast

// Walk visits a node and, where visit answers true, what is within it, in the order of evaluation. Nil nodes are skipped.
func Walk(n Node, visit func(Node) bool) {
	if absent(n) || !visit(n) {
		return
	}
	each(n, func(c Node) { Walk(c, visit) })
}

// absent tells whether a Node holds nothing, typed or not.
func absent(n Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *Filter:
		return n == nil
	case *Call:
		return n == nil
	}
	return false
}

// each gives the parts of a node one by one.
func each(n Node, visit visitor) {
	out := visit
	switch n := n.(type) {
	case *Tuple:
		out.exprs(n.Items...)
	case *List:
		out.exprs(n.Items...)
	case *Dict:
		for i := range n.Keys {
			out.exprs(n.Keys[i], n.Values[i])
		}
	case *Cond:
		out.exprs(n.Test, n.Then, n.Else)
	case *Binary:
		out.exprs(n.Left, n.Right)
	case *Logic:
		out.exprs(n.Left, n.Right)
	case *Not:
		out.exprs(n.X)
	case *Sign:
		out.exprs(n.X)
	case *Compare:
		out.exprs(n.Left)
		for _, op := range n.Ops {
			out.exprs(op.X)
		}
	case *Concat:
		out.exprs(n.Parts...)
	case *GetAttr:
		out.exprs(n.X)
	case *GetItem:
		out.exprs(n.X, n.Key)
	case *Slice:
		out.exprs(n.Start, n.Stop, n.Step)
	case *Call:
		out.exprs(n.Fn)
		out.args(&n.Args)
	case *Filter:
		out.exprs(n.X)
		out.args(&n.Args)
	case *Test:
		out.exprs(n.X)
		out.args(&n.Args)
	case *Template:
		out.stmts(n.Body)
	default:
		out.statement(n)
	}
}

// visitor gets the parts of a node.
type visitor func(Node)

func (l visitor) exprs(xs ...Expr) {
	for _, x := range xs {
		if x != nil {
			l(x)
		}
	}
}

func (l visitor) stmts(body []Stmt) {
	for _, s := range body {
		l(s)
	}
}

func (l visitor) args(a *Args) {
	l.exprs(a.Pos...)
	for _, kw := range a.Kw {
		l.exprs(kw.Value)
	}
	l.exprs(a.Star, a.StarKw)
}

func (l visitor) params(p *Params) {
	for _, n := range p.Names {
		l.exprs(n)
	}
	l.exprs(p.Defaults...)
}

func (l visitor) statement(n Node) {
	switch n := n.(type) {
	case *Print:
		l.exprs(n.X)
	case *For:
		l.exprs(n.Iter, n.Target, n.Filter)
		l.stmts(n.Body)
		l.stmts(n.Else)
	case *If:
		for _, b := range n.Branches {
			l.exprs(b.Test)
			l.stmts(b.Body)
		}
		l.stmts(n.Else)
	case *Set:
		l.exprs(n.Value, n.Target)
	case *SetBlock:
		l.exprs(n.Target)
		l.stmts(n.Body)
		if n.Filter != nil {
			l.exprs(n.Filter)
		}
	case *With:
		for i := range n.Targets {
			l.exprs(n.Values[i], n.Targets[i])
		}
		l.stmts(n.Body)
	case *Macro:
		l.params(&n.Params)
		l.stmts(n.Body)
	case *CallBlock:
		l.exprs(n.Call)
		l.params(&n.Params)
		l.stmts(n.Body)
	case *FilterBlock:
		l.exprs(n.Filter)
		l.stmts(n.Body)
	case *Include:
		l.exprs(n.Template)
	case *Import:
		l.exprs(n.Template)
	case *FromImport:
		l.exprs(n.Template)
	case *Extends:
		l.exprs(n.Template)
	case *Block:
		l.stmts(n.Body)
	case *Autoescape:
		l.exprs(n.Value)
		l.stmts(n.Body)
	case *Do:
		l.exprs(n.X)
	}
}
