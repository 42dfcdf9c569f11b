package agent

import (
	"context"
	"io"
	"strings"

	"pylint-deploy/executor/agent/wire"
)

// remote is the controller's client: a link that also knows which program a call needs.
type remote struct {
	*link
	builds Builds
	// whole tells that the agent itself has every module, and only its children may need another program.
	whole bool
}

// Do adds the program to calls that the base agent cannot run, and offers it among the blobs.
func (r *remote) Do(ctx context.Context, calls []wire.Call, blobs BlobSource, each func(wire.Reply)) error {
	extra := map[string]Build{}
	for i := range calls {
		if r.whole && calls[i].Become == nil {
			continue
		}
		build, needed, err := r.builds.Extra(r.hello.OS, r.hello.Arch, calls[i].Module, calls[i].Args)
		if err != nil {
			return err
		}
		if needed {
			if len(extra) == 0 {
				calls = append([]wire.Call(nil), calls...)
			}
			extra[build.SHA256] = build
			calls[i].Program = &wire.Program{SHA256: build.SHA256, Size: build.Size}
		}
	}
	if len(extra) > 0 {
		blobs = withPrograms{blobs, extra}
	}
	return r.link.Do(ctx, calls, blobs, each)
}

// programPrefix marks the name by which an agent asks for a program: "program:FORM:SHA256", the form being raw or gzip.
const programPrefix = "program:"

// withPrograms offers programs beside other blobs.
type withPrograms struct {
	BlobSource
	builds map[string]Build
}

func (w withPrograms) OpenBlob(name string) (io.ReadCloser, error) {
	if program, ok := strings.CutPrefix(name, programPrefix); ok {
		form, sum, _ := strings.Cut(program, ":")
		build, offered := w.builds[sum]
		if !offered {
			return nil, errNoBlobs
		}
		content, _, err := build.in(form)
		return content, err
	}
	if w.BlobSource == nil {
		return nil, errNoBlobs
	}
	return w.BlobSource.OpenBlob(name)
}
