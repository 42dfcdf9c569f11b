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
	"os/exec"
	"path"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/http"
	"pylint-deploy/executor/module/more"
)

//go:embed embedded
var embedded embed.FS

// folder within embedded, and the names in it: PART-OS-ARCH.zst with PART-OS-ARCH.sum beside it.
const (
	folder       = "embedded"
	packedSuffix = ".zst"
	base         = "agent"
)

// part is a program beside the base one: it has modules of its own and no others.
type part struct {
	name    string
	modules func() []module.Module
}

// parts say which program runs a module: the first that has it, else the base program.
var parts = []part{{"agent-http", http.Modules}, {"agent-more", more.Modules}}

// byURL are modules that need HTTP only where that argument is a URL. Without one they are those of another program.
var byURL = map[string]string{"ansible.builtin.unarchive": "src", "ansible.posix.authorized_key": "key"}

// PartOf names the program that runs a call.
func PartOf(name string, args map[string]any) string {
	for _, p := range owners()[name] {
		argument, sometimes := byURL[name]
		value, _ := args[argument].(string)
		if p != "agent-http" || !sometimes || strings.Contains(value, "://") {
			return p
		}
	}
	return base
}

// owners are the parts that have a module, by its name.
var owners = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, p := range parts {
		for _, m := range p.modules() {
			out[m.Name] = append(out[m.Name], p.name)
		}
	}
	return out
})

// Embedded returns the programs that this binary carries; where there are none, this binary itself for its own platform.
func Embedded() agent.Builds {
	e := &programs{base: load(base)}
	e.part = sync.OnceValue(func() map[string][]agent.Build {
		out := map[string][]agent.Build{}
		for _, p := range parts {
			out[p.name] = load(p.name)
		}
		return out
	})
	e.known = sync.OnceValue(e.list)
	return e
}

type programs struct {
	base  []agent.Build
	part  func() map[string][]agent.Build
	known func() []agent.Build
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
func (p *programs) Extra(goos, goarch, name string, args map[string]any) (agent.Build, bool, error) {
	if len(p.base) == 0 {
		return agent.Build{}, false, nil // a program that sends itself has everything
	}
	needed := PartOf(name, args)
	if needed == base {
		return agent.Build{}, false, nil
	}
	for _, build := range p.part()[needed] {
		if build.OS == goos && build.Arch == goarch {
			return build, true, nil
		}
	}
	return agent.Build{}, false, fmt.Errorf("module %s needs the program pylint-deploy-%s for %s/%s, and this one carries none: build it with `make build`",
		name, needed, goos, goarch)
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

// Pack compresses a program and says what its .sum file has: hash and size of the program. The program zstd packs a tenth
// smaller than the library; where it is not installed the library has to do.
func Pack(program []byte) (packed []byte, sum string, err error) {
	hash := sha256.Sum256(program)
	sum = fmt.Sprintln(hex.EncodeToString(hash[:]), len(program))
	if tool, err := exec.LookPath("zstd"); err == nil {
		cmd := exec.Command(tool, "-q", "-19", "--long=23", "--stdout", "-")
		cmd.Stdin = bytes.NewReader(program)
		if packed, err = cmd.Output(); err == nil {
			return packed, sum, nil
		}
	}
	writer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20))
	if err != nil {
		return nil, "", err
	}
	return writer.EncodeAll(program, nil), sum, nil
}
