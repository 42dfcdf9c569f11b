package strategy

import (
	"sync"

	"pylint-deploy/parser/jinja/value"
)

// varsCache reads each file of variables once a play.
type varsCache struct {
	read func(string) (value.Value, error)
	mu   sync.Mutex
	done map[string]varsFile
}

type varsFile struct {
	v   value.Value
	err error
}

func newVarsCache(read func(string) (value.Value, error)) *varsCache {
	return &varsCache{read: read, done: map[string]varsFile{}}
}

func (c *varsCache) load(path string) (value.Value, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.done[path]
	if !ok {
		f.v, f.err = c.read(path)
		c.done[path] = f
	}
	return f.v, f.err
}
