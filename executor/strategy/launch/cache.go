package launch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pylint-deploy/executor/strategy"
	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/parser/jinja/value"
)

// cache opens the fact cache that the settings name, and lets the variables have what it knows.
func (s *Session) cache() (strategy.FactCache, error) {
	kind := s.Config.Str("CACHE_PLUGIN")
	switch kind[strings.LastIndexByte(kind, '.')+1:] {
	case "memory", "":
		return nil, nil
	case "jsonfile":
	default:
		return nil, fmt.Errorf("the fact cache %q is not supported: use jsonfile or memory", kind)
	}
	dirs := s.Config.Paths("CACHE_PLUGIN_CONNECTION", "\x00")
	if len(dirs) == 0 {
		return nil, errors.New("fact_caching = jsonfile needs fact_caching_connection, the directory of the cache")
	}
	c := &jsonCache{dir: dirs[0], prefix: s.Config.Str("CACHE_PLUGIN_PREFIX"), age: time.Duration(s.Config.Int("CACHE_PLUGIN_TIMEOUT")) * time.Second}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, fmt.Errorf("the fact cache: %w", err)
	}
	for _, host := range s.hosts.Hosts() {
		if s.opts.FlushCache {
			if err := c.Clear(host); err != nil {
				return nil, err
			}
			continue
		}
		if facts, ok := c.Load(host); ok {
			s.Runner.Store.SetFacts(host, facts)
		}
	}
	return c, nil
}

// jsonCache keeps the facts of each host in a file of its own (the cache plugin jsonfile).
type jsonCache struct {
	dir, prefix string
	age         time.Duration // 0 keeps for ever
}

func (c *jsonCache) path(host string) string {
	return filepath.Join(c.dir, strings.TrimPrefix(c.prefix, "ansible_facts")+filepath.Base(host))
}

// Load implements strategy.FactCache. A file that is too old, or cannot be read, is none.
func (c *jsonCache) Load(host string) (*value.Dict, bool) {
	info, err := os.Stat(c.path(host))
	if err != nil || c.age > 0 && time.Since(info.ModTime()) > c.age {
		return nil, false
	}
	text, err := os.ReadFile(c.path(host))
	if err != nil {
		return nil, false
	}
	v, err := pyjson.Loads(string(text))
	if err != nil {
		return nil, false
	}
	d, ok := v.(*value.Dict)
	return d, ok
}

// Save implements strategy.FactCache.
func (c *jsonCache) Save(host string, facts *value.Dict) error {
	o := pyjson.Default()
	o.SortKeys = true
	text, err := pyjson.Dumps(facts, o)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(c.dir, ".facts-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.WriteString(text); err == nil {
		err = tmp.Close()
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), c.path(host))
}

// Clear implements strategy.FactCache.
func (c *jsonCache) Clear(host string) error {
	err := os.Remove(c.path(host))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
