package jinja

import "sync"

// cacheSize is how many entries a generation of a cache holds.
const cacheSize = 4096

// cache keeps what has been parsed, in two generations: when the younger is full it becomes the older, and what is then
// not asked for again is forgotten. Several goroutines may use it.
type cache[K comparable, V any] struct {
	mu         sync.RWMutex
	young, old map[K]V
}

func newCache[K comparable, V any]() *cache[K, V] { return &cache[K, V]{young: map[K]V{}} }

// get finds an entry or makes it. Two goroutines that miss at once may both make it; both results are good.
func (c *cache[K, V]) get(key K, make func() (V, error)) (V, error) {
	c.mu.RLock()
	v, young := c.young[key]
	old := false
	if !young {
		v, old = c.old[key]
	}
	c.mu.RUnlock()
	if young {
		return v, nil
	}
	if !old {
		var err error
		if v, err = make(); err != nil {
			return v, err
		}
	}
	c.put(key, v)
	return v, nil
}

func (c *cache[K, V]) put(key K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.young) >= cacheSize {
		c.old, c.young = c.young, map[K]V{}
	}
	c.young[key] = v
}
