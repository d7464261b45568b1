package load

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"routec.dev/routec/compile/diag"
)

// Each calls work for every item, in parallel on GOMAXPROCS goroutines, and
// returns the results in the order of items. What work reports goes to report,
// in that order too. It ends early, with the context's error, when ctx does.
func Each[I, T any](ctx context.Context, items []I, report *diag.Report, work func(item I, report *diag.Report) T) ([]T, error) {
	results := make([]T, len(items))
	reports := make([]diag.Report, len(items))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(items)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(items) {
					return
				}
				results[i] = work(items[i], &reports[i])
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for i := range reports {
		report.Join(&reports[i])
	}
	return results, nil
}
