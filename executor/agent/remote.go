package agent

import (
	"context"
	"io"

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
	var extra Build
	for i := range calls {
		if r.whole && calls[i].Become == nil {
			continue
		}
		build, needed, err := r.builds.Extra(r.hello.OS, r.hello.Arch, calls[i].Module, calls[i].Args)
		if err != nil {
			return err
		}
		if needed {
			if extra.OS == "" {
				extra, calls = build, append([]wire.Call(nil), calls...)
			}
			calls[i].Program = &wire.Program{SHA256: build.SHA256, Size: build.Size}
		}
	}
	if extra.OS != "" {
		blobs = withProgram{blobs, extra}
	}
	return r.link.Do(ctx, calls, blobs, each)
}

// programPrefix marks the name by which an agent asks for a program, in its gzip form.
const programPrefix = "gzip:"

// withProgram offers a program beside other blobs.
type withProgram struct {
	BlobSource
	build Build
}

func (w withProgram) OpenBlob(sha256 string) (io.ReadCloser, error) {
	if sha256 == programPrefix+w.build.SHA256 {
		packed, _, err := w.build.in("gzip")
		return packed, err
	}
	if w.BlobSource == nil {
		return nil, errNoBlobs
	}
	return w.BlobSource.OpenBlob(sha256)
}
