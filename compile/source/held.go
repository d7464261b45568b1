package source

import (
	"context"
	"sync"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
)

// A File is text that is in memory already.
type File struct {
	Name string // as in diagnostics; it need not be a path, and is never opened
	Text []byte
}

// Memory returns a source of files that are in memory, such as what the host of a plugin
// hands over. Files of one name are told apart by nobody: give each its own.
func Memory(spec string, files []File) *Source {
	given := func(_ context.Context, opts load.Options, _ *diag.Report) ([]*Unit, error) {
		units := make([]*Unit, len(files))
		for i, f := range files {
			units[i] = &Unit{Name: f.Name, read: func(report *diag.Report) []load.Document {
				return load.Parse(f.Name, f.Text, opts.Limits, report)
			}}
		}
		return units, nil
	}
	return &Source{Spec: spec, given: given}
}

// Once returns a source that stands for all of the set and reads every unit at most once:
// whoever asks again gets the same documents and the same findings. The set stays the
// caller's to close.
func (set Set) Once() *Source {
	var once sync.Once
	var units []*Unit
	var found diag.Report
	var failed error
	given := func(ctx context.Context, opts load.Options, report *diag.Report) ([]*Unit, error) {
		once.Do(func() {
			units, failed = set.Units(ctx, Options{Load: opts}, &found)
			for _, u := range units {
				u.read = readOnce(u.read)
			}
		})
		report.Join(&found)
		return units, failed
	}
	return &Source{given: given}
}

// Once returns a source that reads every unit of this one at most once, as that of a set.
func (s *Source) Once() *Source {
	once := Set{s}.Once()
	once.Spec, once.Prefix = s.Spec, s.Prefix
	return once
}

// readOnce remembers what the first reading gave.
func readOnce(read func(*diag.Report) []load.Document) func(*diag.Report) []load.Document {
	var once sync.Once
	var docs []load.Document
	var found diag.Report
	return func(report *diag.Report) []load.Document {
		once.Do(func() { docs = read(&found) })
		report.Join(&found)
		return docs
	}
}
