package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Repositories are compiled beside the other jobs of a pipeline: up to 10,000 manifests stay
// below 200 MB, the program itself included (measured on the tree of golden/maketree). What
// needs more than that to live is left to the collector's usual pace.
const (
	memoryLimit = 140 << 20
	largestLive = 128 << 20
)

// boundMemory sets a memory limit, and lifts it once more is alive than fits below it well:
// a limit that cannot be met would only make the collector run without end.
func boundMemory() {
	debug.SetMemoryLimit(memoryLimit)
	type sentinel struct{ *byte }
	var watch func(*sentinel)
	watch = func(s *sentinel) { // a finalizer: it runs after every collection
		if debug.SetMemoryLimit(-1) != memoryLimit {
			return // freed meanwhile
		}
		if liveHeap() > largestLive {
			debug.SetMemoryLimit(math.MaxInt64)
			debug.SetGCPercent(100)
			return
		}
		runtime.SetFinalizer(s, watch)
	}
	runtime.SetFinalizer(&sentinel{new(byte)}, watch)
}

// judgingPace lets garbage grow to four times of what is alive, below the limit: judging by
// CRDs leaves about a megabyte for each object and keeps little of it, and a third of its time
// would go into collecting (1.75 s → 1.24 s for 1,000 routes).
func judgingPace() { debug.SetGCPercent(400) }

// freeMemory trades memory for time. As a function of kustomize the compiler holds the text of
// manifests twice, beside a host that takes 2.7 GB for 10,000 of them: with the limit the
// collector would take as much time as all else, without it 330 MB are used.
func freeMemory() { debug.SetMemoryLimit(math.MaxInt64) }

// liveHeap is what the last collection found to be alive, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
