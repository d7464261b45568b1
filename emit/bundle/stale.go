package bundle

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"

	"routec.dev/routec/ir"
)

// A Staleness is what a folder holds otherwise than the bundle of a program would.
type Staleness struct {
	Tables []StaleTable // by key; none where only other files differ
	Files  []StaleFile  // by path; none: the folder is up to date
	Broken error        // why the folder's tables cannot be read, such as [ErrNotBundle]; then Tables is empty
}

// A StaleState says what is the matter with a table or file.
type StaleState string

// The states.
const (
	Missing  StaleState = "missing"  // the program has it, the folder does not
	Outdated StaleState = "changed"  // both have it, with other content
	Leftover StaleState = "leftover" // the folder has it, the program does not
)

// A StaleTable is a table that differs.
type StaleTable struct {
	Key   string
	State StaleState
}

// A StaleFile is a file that differs.
type StaleFile struct {
	Path  string // slash-separated, in the folder
	State StaleState
}

// Compare packs a program and holds it against a folder, file by file, without writing. What
// others keep in the folder does not count. The summary is that of the program.
func Compare(ctx context.Context, dir string, p *ir.Program, opts Options) (*Staleness, *Summary, error) {
	inv, err := takeInventory(dir)
	if err != nil {
		return nil, nil, err
	}
	var mu sync.Mutex
	made, differ := map[string]bool{}, map[string]StaleState{}
	summary, err := Pack(p, opts, func(path string, content ...[]byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		state := Missing
		if inv.ours[path] {
			_, same, _, err := compareFile(filepathOf(dir, path), content)
			switch {
			case err == nil && same:
				state = ""
			case err == nil:
				state = Outdated
			case !errors.Is(err, fs.ErrNotExist):
				return err
			}
		}
		mu.Lock()
		defer mu.Unlock()
		made[path] = true
		if state != "" {
			differ[path] = state
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for _, path := range inv.ourPaths() {
		if made[path] {
			continue
		}
		if ours, err := hasOurHeader(filepathOf(dir, path), path); err != nil {
			return nil, nil, err
		} else if ours {
			differ[path] = Leftover
		}
	}
	out := &Staleness{}
	for _, path := range slices.Sorted(maps.Keys(differ)) {
		out.Files = append(out.Files, StaleFile{path, differ[path]})
	}
	if len(out.Files) > 0 {
		out.Tables, out.Broken = staleTables(dir, p)
	}
	return out, summary, nil
}

// staleTables compares the digests of a folder's tables with those of a program.
func staleTables(dir string, p *ir.Program) ([]StaleTable, error) {
	b, err := Read(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	want := tablesOf(p)
	var out []StaleTable
	for i := range b.Tables {
		key := b.Tables[i].Key.String()
		switch t, known := want[key]; {
		case !known:
			out = append(out, StaleTable{key, Leftover})
		case t.digest() != b.Tables[i].Digest:
			out = append(out, StaleTable{key, Outdated})
		}
		delete(want, key)
	}
	for key := range want {
		out = append(out, StaleTable{key, Missing})
	}
	slices.SortFunc(out, func(a, b StaleTable) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}
