package gate

import (
	"fmt"

	"routec.dev/routec/emit/bundle"
)

func (t *text) golden(g *Golden) {
	for i := range g.Meshes {
		m := &g.Meshes[i]
		if len(m.Was.Files) == 0 {
			if !t.opts.Quiet {
				t.line("golden ", m.Dir, ": up to date, ", count(m.Summary.Tables, "table"))
			}
			continue
		}
		if isMissing(m.Was) && g.Written {
			t.line("golden ", m.Dir, ": written, ", count(m.Summary.Tables, "table"))
			continue
		}
		if g.Written {
			t.line("golden ", m.Dir, ": updated")
		} else {
			t.line("golden ", m.Dir, ": stale: ", staleness(m.Was))
		}
		names, rest := named(m.Was)
		for _, n := range names {
			t.line("  ", n)
		}
		if rest > 0 {
			t.line(fmt.Sprintf("  … and %d more", rest))
		}
		if !g.Written && t.opts.Update != "" {
			t.line("  this updates it: ", t.opts.Update)
		}
	}
	for _, dir := range g.Extra {
		t.line("golden ", dir, ": stale: a bundle of no mesh of the sources: remove it")
	}
}

// staleness says in one phrase what is the matter.
func staleness(s *bundle.Staleness) string {
	switch {
	case s.Broken != nil && len(s.Files) > 0 && isMissing(s):
		return "there is no bundle yet"
	case s.Broken != nil:
		return s.Broken.Error()
	case len(s.Tables) == 0:
		return "no table differs, but what is said of them does"
	}
	if len(s.Tables) == 1 {
		return "1 table differs from what the sources compile to"
	}
	return count(len(s.Tables), "table") + " differ from what the sources compile to"
}

// isMissing reports whether nothing of a bundle is there.
func isMissing(s *bundle.Staleness) bool {
	for _, f := range s.Files {
		if f.State != bundle.Missing {
			return false
		}
	}
	return true
}

// named lists the tables that differ or, where none does or they cannot be told, the files;
// and how many more there are.
func named(s *bundle.Staleness) (names []string, rest int) {
	if s.Broken != nil && isMissing(s) {
		return nil, 0
	}
	for _, t := range s.Tables {
		names = append(names, mark(t.State)+t.Key)
	}
	if len(names) == 0 {
		for _, f := range s.Files {
			names = append(names, mark(f.State)+f.Path)
		}
	}
	if n := len(names) - mostNamed; n > 0 {
		return names[:mostNamed], n
	}
	return names, 0
}

// mark says what an update does to a table or file, as reviews do.
func mark(s bundle.StaleState) string {
	switch s {
	case bundle.Missing:
		return "+ "
	case bundle.Leftover:
		return "- "
	}
	return "~ "
}
