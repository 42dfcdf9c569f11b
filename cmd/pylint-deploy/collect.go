package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// leastLimit is the memory, in bytes, that a check may take before it minds garbage. With the 30 MB of the program itself, the
	// largest public repositories stay below 150 MB.
	leastLimit = 116 << 20
	// room is what a check may take for each byte that is in use, where that is more: less, and the collector would run without end.
	room = 1.5
)

// collectLate trades memory for time: a check lives for a second or so, and collecting what it drops on the way costs more
// than it saves. The heap grows up to leastLimit before anything is collected, whatever is in use; content that needs more
// gets more. A limit, unlike a share of what is in use, makes the runtime give back what it keeps for later, too.
// GOGC and GOMEMLIMIT in the environment keep their say.
func collectLate() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(leastLimit)
	afterCollection()
}

// afterCollection looks at what is in use whenever a collection has ended.
func afterCollection() {
	runtime.AddCleanup(new([32]byte), func(int) { // the smallest objects share their memory and would live on
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			debug.SetMemoryLimit(max(leastLimit, int64(room*float64(live[0].Value.Uint64()))))
		}
		afterCollection()
	}, 0)
}
