package load

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/ir/source"
)

// A Locator answers as Locate does, place by place, and knows the lines.
func TestLocatorAgrees(t *testing.T) {
	for _, text := range []string{
		"a:\n  b: [1, 2]\nc.d:\n  e: x\n",
		"{\"a\": {\"b\": [1]}}",
		"a: [\n",
		"",
		"items:\n- a: 1\n- b: {c: 2}\n",
	} {
		doc := source.Doc{File: "f.yaml", Index: 1, Line: 7}
		l := NewLocator(Document{Doc: doc, Text: []byte(text)})
		for _, field := range []string{"", "a", "a.b", "a.b[1]", "a.b[9]", "[c.d].e", "items[1].b.c", "no.such"} {
			place := source.Place{Doc: &doc, Field: field}
			want := Locate([]byte(text), place)
			if got := l.Locate(place); got != want {
				t.Errorf("%q %s: %v, Locate says %v", text, field, got, want)
			}
		}
		for i, line := range strings.Split(text, "\n") {
			if got := l.Line(7 + i); got != line {
				t.Errorf("%q: line %d is %q, want %q", text, i, got, line)
			}
		}
		if l.Line(6) != "" || l.Line(1000) != "" {
			t.Errorf("%q: lines outside of the document", text)
		}
	}
}

// Positions in what a tool has made are those of what was written.
func TestLocatorOfWritten(t *testing.T) {
	written := Document{Doc: source.Doc{File: "base.yaml", Line: 3}, Text: []byte("x: 1\na: 2\n")}
	l := NewLocator(Document{Doc: source.Doc{File: "built", Line: 1}, Text: []byte("a: 2\n"), Written: &written})
	if got := l.Locate(source.Place{Field: "a"}); got != (source.Pos{File: "base.yaml", Line: 4, Col: 1}) {
		t.Errorf("got %v", got)
	}
}

// Ten thousand places of one document take no longer than reading it a few times.
func TestLocatorIsLinear(t *testing.T) {
	const n = 10_000
	var b strings.Builder
	b.WriteString("list:\n")
	for i := range n {
		fmt.Fprintf(&b, "- {a: %d}\n", i)
	}
	doc := source.Doc{File: "f", Line: 1}
	begin := time.Now()
	l := NewLocator(Document{Doc: doc, Text: []byte(b.String())})
	for i := range n {
		if pos := l.Locate(source.Place{Doc: &doc, Field: source.Index("list", i)}); pos.Line != i+2 || l.Line(pos.Line) == "" {
			t.Fatalf("item %d is at %v", i, pos)
		}
	}
	if spent := time.Since(begin); spent > 5*time.Second {
		t.Errorf("took %v", spent)
	}
}
