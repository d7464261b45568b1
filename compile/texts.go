package compile

import (
	"slices"
	"strings"
	"sync"

	"routec.dev/routec/compile/load"
	"routec.dev/routec/ir/source"
)

// Texts are the documents that were read. They find positions when something is to be said
// about a field, by reading the one document again; the last few are kept, so that many
// findings of one document cost one reading. A nil *Texts knows files only.
type Texts struct {
	byDoc map[docKey]load.Document

	mu   sync.Mutex
	last []located // most recent last
}

type docKey struct {
	file  string
	index int
}

type located struct {
	key docKey
	*load.Locator
}

// kept is how many documents are remembered: findings come sorted by document, and name few
// others.
const kept = 8

// Locate implements diag.Locator.
func (t *Texts) Locate(p source.Place) (source.Pos, string) {
	if p.Doc == nil {
		return source.Pos{}, ""
	}
	pos := source.Pos{File: p.Doc.File, Line: p.Doc.Line}
	if t == nil {
		return pos, ""
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.locator(docKey{p.Doc.File, p.Doc.Index})
	if l == nil {
		return pos, ""
	}
	pos = l.Locate(p)
	return pos, l.Line(pos.Line)
}

// Lines returns the lines of a document.
func (t *Texts) Lines(d source.Doc) []string {
	text := strings.TrimSuffix(string(t.byDoc[docKey{d.File, d.Index}].Text), "\n")
	return strings.Split(text, "\n")
}

func (t *Texts) locator(key docKey) *load.Locator {
	for i, l := range t.last {
		if l.key == key {
			t.last = append(slices.Delete(t.last, i, i+1), l)
			return l.Locator
		}
	}
	doc, ok := t.byDoc[key]
	if !ok {
		return nil
	}
	if len(t.last) == kept {
		t.last = slices.Delete(t.last, 0, 1)
	}
	l := load.NewLocator(doc)
	t.last = append(t.last, located{key, l})
	return l
}
