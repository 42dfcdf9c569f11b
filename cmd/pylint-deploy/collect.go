package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// lateLimit is the memory, in bytes, up to which a check does not mind garbage.
	lateLimit = 112 << 20
	// largePace is the garbage, in per cent of what is in use, that a check of large content may leave: less than half
	// of what Go leaves keeps the largest public repositories below 190 MB, for a third more time.
	largePace = 40
)

// collectLate trades memory for time: a check lives for a second or so, and collecting what it drops on the way costs more
// than it saves. Up to lateLimit the heap may grow to five times what is in use. Content that needs more is collected at largePace:
// under a limit below its size the collector would run without end, and five times its size is too much to take.
// GOGC in the environment keeps its say.
func collectLate() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(lateLimit)
	afterCollection()
}

// afterCollection looks at the live heap whenever a collection has ended, until it is large.
func afterCollection() {
	runtime.AddCleanup(new([32]byte), func(int) { // the smallest objects share their memory and would live on
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 && live[0].Value.Uint64() < lateLimit/2 {
			afterCollection()
			return
		}
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(largePace)
	}, 0)
}
