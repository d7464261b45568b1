package load

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"one", "a: b\n", `1:"a: b\n"`},
		{"no line end", "a: b", `1:"a: b"`},
		{"two", "a: b\n---\nc: d\n", `1:"a: b\n" 3:"c: d\n"`},
		{"markers around", "---\na: b\n---\n", `2:"a: b\n"`},
		{"comments only", "# x\n---\n# y\n---\na: b\n", `5:"a: b\n"`},
		{"comment on the marker", "--- # x\na: b\n", `2:"a: b\n"`},
		{"content on the marker", "--- {a: b}\n--- c\n", `1:"--- {a: b}\n" 2:"--- c\n"`},
		{"directive", "%YAML 1.1\n# x\n---\na: b\n---\nc: d\n", `1:"%YAML 1.1\n# x\n---\na: b\n" 6:"c: d\n"`},
		{"directive of a later document", "a: b\n...\n%YAML 1.1\n---\nc: d\n", `1:"a: b\n" 3:"%YAML 1.1\n---\nc: d\n"`},
		{"no marker", "a: |\n  ---\nb: '---'\n----\n---c\n", `1:"a: |\n  ---\nb: '---'\n----\n---c\n"`},
		{"marker in a block", "a: |\n  x\n---\nb: c\n", `1:"a: |\n  x\n" 4:"b: c\n"`},
		{"marker in quotes", "a: 'x\n---\nb: c\n", `1:"a: 'x\n" 3:"b: c\n"`},
		{"dots", "a: b\n...\n---\nc: d\n...\n", `1:"a: b\n" 4:"c: d\n"`},
		{"after dots", "a: b\n...\nc: d\n", `1:"a: b\n" bare3:"c: d\n"`},
		{"JSON stream", "{\"a\": \"}\"}\n{\"b\": {}}", `1:"{\"a\": \"}\"}" 1:"\n{\"b\": {}}"`},
		{"no JSON stream", "{a: '}'}\n{b: c}", `1:"{a: '}'}\n{b: c}"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			docs, bare := split("f", []byte(c.text), 100)
			var got []string
			for i, d := range docs {
				if d.Doc.Index != i || d.Doc.File != "f" {
					t.Errorf("document %d is %+v", i, d.Doc)
				}
				entry := fmt.Sprintf("%d:%q", d.Doc.Line, d.Text)
				if slices.Contains(bare, i) {
					entry = "bare" + entry
				}
				got = append(got, entry)
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

// FuzzSplit holds the splitter against the YAML library: a stream that the library
// reads to its end has the same documents, and no text is lost or counted twice.
func FuzzSplit(f *testing.F) {
	for _, text := range append(slices.Clone(clientTexts), "a: b\n---\nc: d\n", "%YAML 1.1\n---\na: b\n...\n%YAML 1.1\n---\nc", "--- a\n--- b\n...\nc") {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := normalize([]byte(s))
		docs, _ := split("f", text, 1<<30)
		at := 0
		for _, d := range docs {
			i := bytes.Index(text[at:], d.Text)
			if i < 0 {
				t.Fatalf("document %+v is not in the rest of the text", d)
			}
			if line := 1 + bytes.Count(text[:at+i], []byte("\n")); line > d.Doc.Line {
				t.Fatalf("document %q begins on line %d, not %d", d.Text, line, d.Doc.Line)
			}
			at += i + len(d.Text)
		}
		if strings.ContainsAny(s, "\u0085\u2028\u2029\ufeff") {
			return // line ends that only the library sees
		}
		if want, ok := libraryCount(text); ok && want != len(docs)-countEmpty(docs) {
			t.Fatalf("%d documents, library %d", len(docs), want)
		}
	})
}

// libraryCount returns how many documents with content the library reads; ok is
// false when it refuses the stream.
func libraryCount(text []byte) (n int, ok bool) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var root yaml.Node
		switch err := d.Decode(&root); {
		case err == io.EOF:
			return n, true
		case err != nil:
			return 0, false
		}
		if !isEmptyScalar(&root) {
			n++
		}
	}
}

// isEmptyScalar reports whether a document is nothing at all.
func isEmptyScalar(root *yaml.Node) bool {
	if len(root.Content) == 0 {
		return true
	}
	c := root.Content[0]
	return c.Kind == yaml.ScalarNode && c.Value == "" && c.Style == 0 && c.Anchor == ""
}

// countEmpty returns how many documents the library would call nothing at all: those
// of directives alone.
func countEmpty(docs []Document) int {
	n := 0
	for _, d := range docs {
		if root, err := parseNodes(d.Text); err == nil && isEmptyScalar(root) {
			n++
		}
	}
	return n
}

func TestSplitStopsAtTheLimit(t *testing.T) {
	for _, text := range []string{strings.Repeat("a: b\n---\n", 50), strings.Repeat("{}\n", 50)} {
		if docs, _ := split("f", []byte(text), 10); len(docs) != 11 && len(docs) != 12 {
			t.Errorf("%.10q…: %d documents", text, len(docs))
		}
	}
}
