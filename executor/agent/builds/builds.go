// Package builds holds the agent programs that are sent to targets.
//
// `make agents` cross-compiles, packs and places them in the folder embedded, from where they get into this binary. A
// clean clone has none there, and still builds: its binary sends itself to targets of its own platform.
package builds

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"pylint-deploy/executor/agent"
)

//go:embed embedded
var embedded embed.FS

// folder within embedded, and the names in it: agent-OS-ARCH.zst with agent-OS-ARCH.sum beside it, and the same with
// "agent-http" for the programs that can speak HTTP.
const (
	folder       = "embedded"
	packedSuffix = ".zst"
)

// Embedded returns the programs that this binary carries; where there are none, this binary itself for its own platform.
// needsHTTP tells of a call that the base program cannot run; nil is NeedsHTTP.
func Embedded(needsHTTP func(module string, args map[string]any) bool) agent.Builds {
	if needsHTTP == nil {
		needsHTTP = NeedsHTTP
	}
	e := &programs{base: load("agent"), http: load("agent-http"), needsHTTP: needsHTTP}
	e.known = sync.OnceValue(e.list)
	return e
}

// speakHTTP are the modules of executor/module/http, and of each the argument by which a call needs HTTP: one that holds
// a URL, or "" where every call does. A test compares the names.
var speakHTTP = map[string]string{
	"ansible.builtin.get_url": "", "ansible.builtin.uri": "", "community.general.twilio": "",
	"ansible.builtin.unarchive": "src", "ansible.posix.authorized_key": "key",
}

// NeedsHTTP tells whether a call needs the program with HTTP.
func NeedsHTTP(module string, args map[string]any) bool {
	argument, speaks := speakHTTP[module]
	if !speaks || argument == "" {
		return speaks
	}
	value, _ := args[argument].(string)
	return strings.Contains(value, "://")
}

type programs struct {
	base, http []agent.Build
	needsHTTP  func(string, map[string]any) bool
	known      func() []agent.Build
}

func (p *programs) Known() []agent.Build { return p.known() }

func (p *programs) list() []agent.Build {
	if len(p.base) > 0 || runtime.GOOS != "linux" {
		return p.base
	}
	self, err := agent.RunningProgram()
	if err != nil {
		return nil
	}
	return []agent.Build{self}
}

// Extra is described at agent.Builds.
func (p *programs) Extra(goos, goarch, module string, args map[string]any) (agent.Build, bool, error) {
	if len(p.base) == 0 || !p.needsHTTP(module, args) {
		return agent.Build{}, false, nil // a program that sends itself has everything
	}
	for _, build := range p.http {
		if build.OS == goos && build.Arch == goarch {
			return build, true, nil
		}
	}
	return agent.Build{}, false, fmt.Errorf("module %s needs an agent with HTTP for %s/%s, and this program carries none: build it with `make build`",
		module, goos, goarch)
}

// load reads the programs of one family.
func load(family string) []agent.Build {
	entries, err := embedded.ReadDir(folder)
	if err != nil {
		return nil
	}
	var found []agent.Build
	for _, entry := range entries {
		platform, ok := strings.CutPrefix(entry.Name(), family+"-")
		platform, packed := strings.CutSuffix(platform, packedSuffix)
		parts := strings.Split(platform, "-")
		if !ok || !packed || len(parts) != 2 {
			continue
		}
		if build, err := read(entry.Name(), parts[0], parts[1]); err == nil {
			found = append(found, build)
		}
	}
	return found
}

func read(name, goos, goarch string) (agent.Build, error) {
	build := agent.Build{OS: goos, Arch: goarch}
	var err error
	if build.Zstd, err = embedded.ReadFile(path.Join(folder, name)); err != nil {
		return build, err
	}
	sum, err := embedded.ReadFile(path.Join(folder, strings.TrimSuffix(name, packedSuffix)+".sum"))
	if err != nil {
		return build, err
	}
	if _, err := fmt.Sscan(string(sum), &build.SHA256, &build.Size); err != nil {
		return build, fmt.Errorf("%s: %w", name, err)
	}
	packed := build.Zstd
	build.Open = func() (io.ReadCloser, error) {
		reader, err := zstd.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		return reader.IOReadCloser(), nil
	}
	build.Gzip = sync.OnceValues(func() ([]byte, error) { return repack(build.Open) })
	return build, nil
}

// repack makes the form that every target can unpack. It is made when the first target needs it.
func repack(open func() (io.ReadCloser, error)) ([]byte, error) {
	program, err := open()
	if err != nil {
		return nil, err
	}
	defer program.Close()
	var buffer bytes.Buffer
	writer, err := gzip.NewWriterLevel(&buffer, gzip.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(writer, program); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// Pack compresses a program and says what its .sum file has: hash and size of the program.
func Pack(program []byte) (packed []byte, sum string, err error) {
	writer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20))
	if err != nil {
		return nil, "", err
	}
	hash := sha256.Sum256(program)
	return writer.EncodeAll(program, nil), fmt.Sprintln(hex.EncodeToString(hash[:]), len(program)), nil
}
