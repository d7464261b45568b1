package compile

import (
	"bytes"

	"routec.dev/routec/compile/load"
	"routec.dev/routec/ir/source"
)

// Texts are the documents that were read. They find positions when something is to be said
// about a field, by reading the one document again. A nil *Texts knows files only.
type Texts struct {
	byDoc map[docKey][]byte
}

type docKey struct {
	file  string
	index int
}

// Locate implements diag.Locator.
func (t *Texts) Locate(p source.Place) (source.Pos, string) {
	if p.Doc == nil {
		return source.Pos{}, ""
	}
	pos := source.Pos{File: p.Doc.File, Line: p.Doc.Line}
	if t == nil {
		return pos, ""
	}
	text, ok := t.byDoc[docKey{p.Doc.File, p.Doc.Index}]
	if !ok {
		return pos, ""
	}
	pos = load.Locate(text, p)
	return pos, lineOf(text, pos.Line-p.Doc.Line)
}

// lineOf returns a line of a text, counted from 0.
func lineOf(text []byte, n int) string {
	for ; n > 0; n-- {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return ""
		}
		text = text[i+1:]
	}
	line, _, _ := bytes.Cut(text, []byte{'\n'})
	return string(line)
}
