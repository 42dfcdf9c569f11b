package agent

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/module"
)

// blobsOf gives a module the contents that came with its call, inline ones from memory, others from the controller when
// they are opened.
func blobsOf(call *wire.Call, source BlobSource) func(string) (module.Blob, error) {
	return func(name string) (module.Blob, error) {
		blob, ok := call.Blobs[name]
		if !ok {
			return module.Blob{}, fmt.Errorf("the call came without the content %q", name)
		}
		open := func() (io.ReadCloser, error) { return source.OpenBlob(blob.SHA256) }
		if blob.Inline != nil || blob.Size == 0 {
			open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(blob.Inline)), nil }
		}
		return module.Blob{SHA256: blob.SHA256, SHA1: blob.SHA1, Size: blob.Size, Open: open}, nil
	}
}

// timedOut is the result of a call that its timeout ended, in the words of Ansible's task executor.
func timedOut(call *wire.Call) map[string]any {
	seconds := time.Duration(call.TimeoutMS) * time.Millisecond / time.Second
	short := path.Ext(call.Module)
	return failure(fmt.Sprintf("The %s action failed to execute in the expected time frame (%d) and was terminated",
		strings.TrimPrefix(short, "."), seconds))
}
