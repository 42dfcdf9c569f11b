package builds

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pylint-deploy/executor/agent"
	basemodules "pylint-deploy/executor/module/base"
)

// maxPacked bounds what the base agent costs on the way to a new target.
const maxPacked = 1_500_000

func TestEmbeddedPrograms(t *testing.T) {
	known := load("agent")
	if len(known) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no agent is embedded, and CI has to have made them")
		}
		t.Skip("no agent is embedded; `make agents` makes them")
	}
	_, noZstd := exec.LookPath("zstd")
	for _, family := range []string{base, "agent-more", "agent-http"} {
		if len(load(family)) < 2 {
			t.Errorf("%s: %d builds, want one for each platform", family, len(load(family)))
		}
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
			if noZstd != nil {
				t.Log("without the program zstd the limit cannot be kept, and is not tested")
			} else if family == base && len(build.Zstd) > maxPacked {
				t.Errorf("%s: %d bytes packed, limit %d", name, len(build.Zstd), maxPacked)
			}
			packed, err := build.Gzip()
			if err != nil || len(packed) == 0 {
				t.Errorf("%s: gzip form: %v", name, err)
			}
		}
	}
}

func TestPartOf(t *testing.T) {
	for _, tc := range []struct {
		module string
		args   map[string]any
		part   string
	}{
		{"ansible.builtin.copy", nil, base},
		{"ansible.builtin.uri", nil, "agent-http"},
		{"ansible.builtin.unarchive", map[string]any{"src": "/srv/a.tar"}, "agent-more"},
		{"ansible.builtin.unarchive", map[string]any{"src": "https://example.org/a.tar"}, "agent-http"},
		{"ansible.posix.authorized_key", map[string]any{"key": "ssh-ed25519 AAAA user@host"}, base},
		{"ansible.posix.authorized_key", map[string]any{"key": "https://example.org/a.keys"}, "agent-http"},
		{"community.postgresql.postgresql_db", nil, "agent-more"},
		{"no.such.module", nil, base},
	} {
		if got := PartOf(tc.module, tc.args); got != tc.part {
			t.Errorf("%s %v runs in %s, want %s", tc.module, tc.args, got, tc.part)
		}
	}
}

// TestEveryModuleHasOneProgram: but for those that HTTP makes larger, no module is in two parts, so that PartOf has no choice.
func TestEveryModuleHasOneProgram(t *testing.T) {
	seen := map[string]string{}
	for _, p := range append(parts, part{base, basemodules.Modules}) {
		for _, m := range p.modules() {
			if other := seen[m.Name]; other != "" && byURL[m.Name] == "" {
				t.Errorf("%s is in %s and %s", m.Name, other, p.name)
			}
			seen[m.Name] = p.name
		}
	}
}

func TestExtra(t *testing.T) {
	p := &programs{base: []agent.Build{{OS: "linux", Arch: "amd64"}}, part: func() map[string][]agent.Build {
		return map[string][]agent.Build{"agent-http": {{OS: "linux", Arch: "amd64", SHA256: "h"}}}
	}}
	if _, needed, err := p.Extra("linux", "amd64", "ansible.builtin.copy", nil); needed || err != nil {
		t.Errorf("copy: %v, %v", needed, err)
	}
	if build, needed, err := p.Extra("linux", "amd64", "ansible.builtin.uri", nil); !needed || err != nil || build.SHA256 != "h" {
		t.Errorf("uri: %v, %v, %v", build, needed, err)
	}
	if _, _, err := p.Extra("linux", "arm64", "ansible.builtin.uri", nil); err == nil {
		t.Error("uri for a platform without a build is no error")
	}
	alone := &programs{}
	if _, needed, err := alone.Extra("linux", "arm64", "ansible.builtin.uri", nil); needed || err != nil {
		t.Errorf("a program that sends itself has everything: %v, %v", needed, err)
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
