package content

import (
	"context"

	"pylint-deploy/executor/module"
)

// Rewritten is what a module made of a file's text, and says of it.
type Rewritten struct {
	Text    []byte
	Changed bool
	Msg     string
	// Untouched leaves the file's owner and mode alone, too.
	Untouched bool
}

// Rewrite is an edit for the modules of other packages: how gets the text of the file, which may be missing, and its answer
// is written in one step with owner and mode. The result has changed and msg.
func Rewrite(ctx context.Context, c *module.Call, file string, how func(before []byte, exists bool) (Rewritten, error)) (module.Result, error) {
	e, err := open(c, file, true, "%s")
	if err != nil {
		return nil, err
	}
	r, err := how(e.before, e.exists)
	if err != nil {
		return nil, err
	}
	if r.Untouched {
		return module.Result{"changed": false, "msg": r.Msg}, nil
	}
	out, err := e.save(ctx, r.Text, r.Changed, r.Msg)
	if err != nil {
		return nil, err
	}
	return module.Result{"changed": out.changed, "msg": out.msg}, nil
}
