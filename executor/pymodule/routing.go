package pymodule

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// routing is what meta/runtime.yml of a collection says: which of its names lead elsewhere, and which are gone.
type routing struct {
	Plugins struct {
		Modules map[string]route `yaml:"modules"`
		Actions map[string]route `yaml:"action"`
		Utils   map[string]route `yaml:"module_utils"`
	} `yaml:"plugin_routing"`
}

type route struct {
	Redirect  string `yaml:"redirect"`
	Tombstone *struct {
		Text string `yaml:"warning_text"`
	} `yaml:"tombstone"`
}

// routesOf reads a collection's; ansible-core's own is that of ansible.builtin.
func (l *Library) routesOf(collection, dir string) (*routing, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.routes[collection]; r != nil {
		return r, nil
	}
	path := filepath.Join(dir, "meta/runtime.yml")
	if collection == "ansible.builtin" {
		path = filepath.Join(dir, "config/ansible_builtin_runtime.yml")
	}
	r := &routing{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, r)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading where names of the collection %s lead: %s: %w", collection, path, err)
	}
	l.routes[collection] = r
	return r, nil
}
