package agent_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/module"
)

// FuzzServer feeds an agent with what no controller says. It has to end, without a crash and without waiting.
func FuzzServer(f *testing.F) {
	registry, err := module.NewRegistry([]module.Module{{Name: "n", Run: func(_ context.Context, c *module.Call) (module.Result, error) {
		blob, err := c.Blob("b")
		if err != nil {
			return nil, err
		}
		content, err := blob.Open()
		if err != nil {
			return nil, err
		}
		defer content.Close()
		n, err := io.Copy(io.Discard, content)
		return module.Result{"n": n}, err
	}}})
	if err != nil {
		f.Fatal(err)
	}
	var talk bytes.Buffer
	w := wire.NewWriter(&talk)
	w.Send(wire.KindHello, 0, wire.Hello{Protocol: wire.Version})
	w.Send(wire.KindBatch, 1, []wire.Call{{ID: 1, Module: "n", Blobs: map[string]wire.Blob{"b": {SHA256: "00", Size: 3}}}})
	w.Write(wire.Frame{Kind: wire.KindData, ID: 1, Payload: []byte("abc")})
	w.Write(wire.Frame{Kind: wire.KindEnd, ID: 1})
	w.Write(wire.Frame{Kind: wire.KindCancel, ID: 1})
	w.Write(wire.Frame{Kind: wire.KindPing})
	f.Add(talk.Bytes())
	f.Fuzz(func(t *testing.T, input []byte) {
		// Calls for other users start real programs: they are not for here.
		if bytes.Contains(input, []byte(`"b":{"u`)) || bytes.Contains(input, []byte(`"as"`)) || bytes.Contains(input, []byte(`"pg"`)) || bytes.Contains(input, []byte(`"x"`)) {
			return
		}
		server := agent.Server{Modules: registry}
		server.Serve(t.Context(), bytes.NewReader(input), io.Discard)
	})
}
