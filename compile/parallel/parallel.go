// Package parallel does the same work for many items on all processors, with results and
// reports in the order of the items.
package parallel

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"routec.dev/routec/compile/diag"
)

// A Crash is a panic of a worker. Whoever called panics with it in its turn, and can
// recover from it, which no one can in another goroutine's place.
type Crash struct {
	Value any
	Stack []byte // of the worker
}

// Error returns the panic's own text and where it happened.
func (c *Crash) Error() string { return fmt.Sprintf("%v\n%s", c.Value, c.Stack) }

// Each calls work for every item, in parallel on GOMAXPROCS goroutines, and returns the
// results in the order of items. What work reports goes to report, in that order too. It
// ends early, with the context's error, when ctx does.
func Each[I, T any](ctx context.Context, items []I, report *diag.Report, work func(item I, report *diag.Report) T) ([]T, error) {
	results := make([]T, len(items))
	reports := make([]diag.Report, len(items))
	var next atomic.Int64
	var workers sync.WaitGroup
	var crash atomic.Pointer[Crash]
	for range min(runtime.GOMAXPROCS(0), len(items)) {
		workers.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					crash.CompareAndSwap(nil, &Crash{p, debug.Stack()})
				}
			}()
			for ctx.Err() == nil && crash.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(items) {
					return
				}
				results[i] = work(items[i], &reports[i])
			}
		})
	}
	workers.Wait()
	if c := crash.Load(); c != nil {
		panic(c)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i := range reports {
		report.Join(&reports[i])
	}
	return results, nil
}

// Map is [Each] for work that is not worth interrupting.
func Map[I, T any](items []I, report *diag.Report, work func(item I, report *diag.Report) T) []T {
	results, _ := Each(context.Background(), items, report, work) // that context never ends
	return results
}
