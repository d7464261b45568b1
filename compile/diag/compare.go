package diag

import (
	"strings"
)

// A Comparison classes the findings of two runs, each list in the order of [Report.Sorted].
type Comparison struct {
	Introduced []Diagnostic // in the new run only
	Fixed      []Diagnostic // in the old run only
	Unchanged  []Diagnostic // in both; as the new run has it
}

// Compare joins the findings of two runs, which are sorted as [Report.Sorted] does. What
// makes a finding the same is its code, severity and object, then as much as possible of
// field, message and file, and never the line: text that moves is not a new finding.
func Compare(old, new []Diagnostic) Comparison {
	partner := make([]bool, len(new))
	taken := make([]bool, len(old))
	for _, key := range []func(*Diagnostic) string{sameAll, sameField, sameMessage, sameSpot} {
		free := map[string][]int{}
		for i := range old {
			if !taken[i] {
				k := key(&old[i])
				free[k] = append(free[k], i)
			}
		}
		for j := range new {
			if partner[j] {
				continue
			}
			k := key(&new[j])
			if list := free[k]; len(list) > 0 {
				partner[j], taken[list[0]] = true, true
				free[k] = list[1:]
			}
		}
	}
	var out Comparison
	for j := range new {
		if partner[j] {
			out.Unchanged = append(out.Unchanged, new[j])
		} else {
			out.Introduced = append(out.Introduced, new[j])
		}
	}
	for i := range old {
		if !taken[i] {
			out.Fixed = append(out.Fixed, old[i])
		}
	}
	return out
}

// The keys by which findings are joined, the most telling first.
func sameAll(d *Diagnostic) string     { return d.key(fileOf(d), d.At.Item, d.At.Field, d.Message) }
func sameField(d *Diagnostic) string   { return d.key(d.At.Field, d.Message) }
func sameMessage(d *Diagnostic) string { return d.key(d.Message) }
func sameSpot(d *Diagnostic) string    { return d.key(d.At.Field) }

// key joins what every key has with more. What belongs to no object belongs to its file.
func (d *Diagnostic) key(more ...string) string {
	object := d.Object
	if object == "" {
		object = fileOf(d)
	}
	return strings.Join(append([]string{string(d.Code), d.Severity.String(), object}, more...), "\x00")
}

// fileOf is the file without what leads to its source: the two runs read different places.
func fileOf(d *Diagnostic) string {
	if d.At.Doc == nil {
		return ""
	}
	return strings.TrimPrefix(d.At.Doc.File, d.At.Doc.Root)
}
