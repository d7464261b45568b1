package krm

import (
	"bytes"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, text string
		items      int // -1: in doubt
	}{
		{"compact", "apiVersion: v\nkind: K\nitems:\n- a: 1\n  b:\n  - c\n# of the next\n- a: 2\nfunctionConfig:\n  x: y\n", 2},
		{"indented", "items:\n  - a: 1\n  - a: 2\n", 2},
		{"empty", "items: []\n", 0},
		{"none", "kind: K\n", 0},
		{"block scalar", "items:\n- a: |\n    - b: \"open\n    {\n- a: 2\n", 2},
		{"block scalar in a list", "items:\n- a:\n  - |\n    - \"x\n- a: 2\n", 2},
		{"an item that is text", "items:\n- |\n 0\n- ---\n", -1},
		{"flow on a line", "items:\n- a: {b: 'c', d: [1, \"}\"]}\n", 1},
		{"flow over lines", "items:\n- a: {b: c,\n- d}\n", -1},
		{"quotes over lines", "items:\n- a: \"x\n- kind: Service\n  b: y\"\n", -1},
		{"single quotes over lines", "items:\n- a: 'x\n\n    y'\n", -1},
		{"a block scalar that is a comment", "items:\n- a: # |\n    b: \"x\n- c: y\"\n", -1},
		{"anchor", "items:\n- &x\n  a: 1\n- *x\n", -1},
		{"line separator", "items:\n- a: b\u2028- c: d\n", -1},
		{"carriage return", "items:\r\n- a: b\r\n", -1},
		{"key twice", "items:\n- a: 1\nitems:\n- a: 2\n", -1},
		{"first key twice", "kind: A\nkind: B\n", -1},
		{"JSON", "{\"items\": [{\"a\": 1}]}\n", -1},
		{"two documents", "items: []\n---\nitems: []\n", -1},
		{"dash alone", "items:\n-\n  a: 1\n", -1},
	} {
		o, ok := split(c.text, false)
		if ok != (c.items >= 0) || ok && len(o.items) != c.items {
			t.Errorf("%s: %d items, certain: %v", c.name, len(o.items), ok)
		}
	}
}

// FuzzSplit holds the splitter against a YAML parser: wherever it is certain, and the text is
// YAML at all, both see the same items.
func FuzzSplit(f *testing.F) {
	for _, text := range []string{
		"apiVersion: v\nkind: K\nitems:\n- a: 1\n  b:\n  - c\n- a: 2\nfunctionConfig:\n  x: y\n",
		"items:\n  - a: |\n      - b\n  - c: >-\n      d\n",
		"items:\n- a: {b: 'c', d: [1, \"}\"]}\n- 'k': \"v\"\n",
		"items:\n- - - |\n    x\n- a: b\n   c\n",
		"items:\n- a: # |\n    b: \"x\n- c: y\"\n",
		"items:\n- a: 'it''s'\n- b: it's\n- c: {d: it's, e: 'f'}\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, ok := split(text, false)
		if !ok {
			return
		}
		decoder := yaml.NewDecoder(strings.NewReader(text))
		var doc yaml.Node
		if err := decoder.Decode(&doc); err != nil || len(doc.Content) == 0 {
			return
		}
		items := child(doc.Content[0], "items")
		if items == nil || items.Kind != yaml.SequenceNode {
			if len(o.items) > 0 {
				t.Fatalf("%d items where there are none", len(o.items))
			}
			return
		}
		if len(items.Content) != len(o.items) {
			t.Fatalf("%d items, a parser finds %d", len(o.items), len(items.Content))
		}
		for i, want := range items.Content {
			s := o.items[i]
			var got yaml.Node
			if err := yaml.Unmarshal(dedent(nil, text[s.start:s.end]), &got); err != nil {
				t.Fatalf("item %d: %v", i, err)
			}
			var a, b any
			if want.Decode(&a) != nil || len(got.Content) == 0 || got.Content[0].Decode(&b) != nil {
				continue
			}
			x, _ := encode(a)
			y, _ := encode(b)
			if !bytes.Equal(x, y) {
				t.Fatalf("item %d is\n%s\nand a parser reads\n%s", i, y, x)
			}
		}
	})
}
