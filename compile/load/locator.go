package load

import (
	"bytes"
	"errors"

	"routec.dev/routec/ir/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A Locator finds many places of one document: it is read once, whatever is looked up. It
// may not be used by several goroutines at once.
type Locator struct {
	doc    source.Doc
	text   []byte
	root   *yaml.Node // nil: no YAML, or nothing in it
	wrong  *SyntaxError
	starts []int // offsets of the text's lines
}

// NewLocator reads a document once more, for its positions: those of what was written, where
// a tool has made the document of another.
func NewLocator(d Document) *Locator {
	if d.Written != nil {
		d = *d.Written
	}
	l := &Locator{doc: d.Doc, text: d.Text, starts: []int{0}}
	for i, c := range d.Text {
		if c == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	if d.Doc.Line == 0 {
		return l // a file as a whole
	}
	root, err := parseNodes(d.Text)
	if !errors.As(err, &l.wrong) && len(root.Content) > 0 {
		l.root = root.Content[0]
	}
	return l
}

// Locate returns where a place of the document is in its file, by the rules of [Locate].
func (l *Locator) Locate(place source.Place) source.Pos {
	pos := source.Pos{File: l.doc.File, Line: l.doc.Line}
	switch {
	case l.wrong != nil:
		pos.Line, pos.Col = l.doc.Line+l.wrong.Line-1, l.wrong.Col
	case l.root != nil:
		n := find(l.root, source.Join(place.Item, place.Field))
		pos.Line, pos.Col = l.doc.Line+n.Line-1, n.Column
	}
	return pos
}

// Line returns the text of a line of the file, counted as [source.Pos] does; it is empty for
// a line outside of the document.
func (l *Locator) Line(n int) string {
	i := n - l.doc.Line
	if i < 0 || i >= len(l.starts) {
		return ""
	}
	line, _, _ := bytes.Cut(l.text[l.starts[i]:], []byte{'\n'})
	return string(line)
}
