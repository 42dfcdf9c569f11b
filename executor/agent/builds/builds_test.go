package builds

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/module/http"
)

// maxPacked bounds what the base agent costs on the way to a new target. The aim is 1.5 MB; what stands in the way is the
// number of modules that it has.
const maxPacked = 2_400_000

func TestEmbeddedPrograms(t *testing.T) {
	known := load("agent")
	if len(known) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no agent is embedded, and CI has to have made them")
		}
		t.Skip("no agent is embedded; `make agents` makes them")
	}
	for _, family := range []string{"agent", "agent-http"} {
		for _, build := range load(family) {
			name := family + " " + build.OS + "/" + build.Arch
			program, err := build.Open()
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.New()
			size, err := io.Copy(sum, program)
			if err != nil || size != build.Size || hex.EncodeToString(sum.Sum(nil)) != build.SHA256 {
				t.Errorf("%s: %d bytes, %v: not what its .sum says", name, size, err)
			}
			t.Logf("%s: %d bytes packed, %d unpacked", name, len(build.Zstd), build.Size)
			if family == "agent" && len(build.Zstd) > maxPacked {
				t.Errorf("%s: %d bytes packed, limit %d", name, len(build.Zstd), maxPacked)
			}
			packed, err := build.Gzip()
			if err != nil || len(packed) == 0 {
				t.Errorf("%s: gzip form: %v", name, err)
			}
		}
	}
}

func TestModulesThatSpeakHTTPAreKnown(t *testing.T) {
	for _, m := range http.Modules() {
		if !NeedsHTTP(m.Name, map[string]any{"src": "https://example.org/a.tar", "key": "https://example.org/a.keys"}) {
			t.Errorf("%s is in the larger agent, and is not asked of it", m.Name)
		}
	}
	if len(http.Modules()) != len(speakHTTP) {
		t.Errorf("%d modules speak HTTP, the table has %d", len(http.Modules()), len(speakHTTP))
	}
}

func TestCallsWithoutAURLStayWithTheBaseAgent(t *testing.T) {
	for _, args := range []map[string]any{nil, {"src": "/srv/a.tar", "key": "ssh-ed25519 AAAA user@host"}} {
		for _, name := range []string{"ansible.builtin.unarchive", "ansible.posix.authorized_key"} {
			if NeedsHTTP(name, args) {
				t.Errorf("%s with %v is sent to the larger agent", name, args)
			}
		}
	}
}

func TestExtra(t *testing.T) {
	p := &programs{needsHTTP: NeedsHTTP, base: []agent.Build{{OS: "linux", Arch: "amd64"}}, http: []agent.Build{{OS: "linux", Arch: "amd64", SHA256: "h"}}}
	if _, needed, err := p.Extra("linux", "amd64", "ansible.builtin.copy", nil); needed || err != nil {
		t.Errorf("copy: %v, %v", needed, err)
	}
	if build, needed, err := p.Extra("linux", "amd64", "ansible.builtin.uri", nil); !needed || err != nil || build.SHA256 != "h" {
		t.Errorf("uri: %v, %v, %v", build, needed, err)
	}
	if _, _, err := p.Extra("linux", "arm64", "ansible.builtin.uri", nil); err == nil {
		t.Error("uri for a platform without a build is no error")
	}
}

func TestPack(t *testing.T) {
	program := bytes.Repeat([]byte("a program "), 1000)
	packed, sum, err := Pack(program)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	again, err := io.ReadAll(reader)
	want := sha256.Sum256(program)
	if err != nil || !bytes.Equal(again, program) || sum != hex.EncodeToString(want[:])+" 10000\n" {
		t.Errorf("%d bytes, %v, sum %q", len(again), err, sum)
	}
}
