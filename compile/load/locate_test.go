package load

import (
	"fmt"
	"testing"

	"routec.dev/routec/ir/source"
)

const located = `# head
kind: List
items:
- a: 1
- metadata:
    annotations:
      config.linkerd.io/opaque-ports: "1"
      plain: x
      odd[0].key: y
  spec:
    rules:
    - matches:
      - path: {value: /, type: Exact}
    - backendRefs: &refs
      - name: b
      -
        name: c
  other:
    rules: *refs
  merged:
    <<: {x: 1}
  twice: 1
  twice: 2
  "quoted": 1
`

func TestLocate(t *testing.T) {
	for _, c := range []struct{ item, field, want string }{
		{"", "", "2:1"},
		{"", "kind", "2:1"},
		{"", "items", "3:1"},
		{"items[0]", "", "4:3"},
		{"items[1]", "", "5:3"},
		{"items[1]", "metadata.annotations[config.linkerd.io/opaque-ports]", "7:7"},
		{"items[1]", "metadata.annotations.config.linkerd.io/opaque-ports", "7:7"},
		{"items[1]", "metadata.annotations.plain", "8:7"},
		{"items[1]", "metadata.annotations[odd[0].key]", "9:7"},
		{"items[1]", "metadata.annotations[absent]", "6:5"},
		{"items[1]", "metadata.labels", "5:3"},
		{"items[1]", "spec.rules[0].matches[0].path.value", "13:16"},
		{"items[1]", "spec.rules[0].matches[0].path.value.deeper[3]", "13:16"},
		{"items[1]", "spec.rules[1].backendRefs[0].name", "15:9"},
		{"items[1]", "spec.rules[1].backendRefs[1]", "17:9"},
		{"items[1]", "spec.rules[1].backendRefs[7]", "14:7"},
		{"items[1]", "other.rules[0].name", "15:9"},
		{"items[1]", "merged.x", "21:10"},
		{"items[1]", "twice", "23:3"},
		{"items[1]", "quoted", "24:3"},
		{"items[9]", "spec", "3:1"},
		{"", "nope", "2:1"},
		{"", "[[[", "2:1"},
	} {
		place := source.Place{Doc: &source.Doc{File: "f", Line: 1}, Item: c.item, Field: c.field}
		pos := Locate([]byte(located), place)
		if got := fmt.Sprintf("%d:%d", pos.Line, pos.Col); got != c.want || pos.File != "f" {
			t.Errorf("%s %s is at %s, want %s", c.item, c.field, got, c.want)
		}
	}
}

func TestLocateElsewhere(t *testing.T) {
	at := func(line int) source.Place {
		return source.Place{Doc: &source.Doc{File: "f", Line: line}, Field: "a.b"}
	}
	for _, c := range []struct {
		name, text string
		place      source.Place
		want       source.Pos
	}{
		{"nowhere", "a: b", source.Place{}, source.Pos{}},
		{"a file as a whole", "", at(0), source.Pos{File: "f"}},
		{"later in the file", "x: y\na:\n  b: c", at(11), source.Pos{File: "f", Line: 13, Col: 3}},
		{"not YAML", "a: b\n\tc: d", at(11), source.Pos{File: "f", Line: 12, Col: 1}},
		{"empty", "# nothing", at(11), source.Pos{File: "f", Line: 11}},
	} {
		if got := Locate([]byte(c.text), c.place); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func FuzzLocate(f *testing.F) {
	f.Add(located, "items[1]", "spec.rules[0].matches[0].path.value")
	f.Add("a: &a [*a]", "", "a[0][0][0][0]")
	f.Add("a: &a\n  <<: *a\n  b: c", "", "a.b.b")
	f.Fuzz(func(t *testing.T, text, item, field string) {
		pos := Locate([]byte(text), source.Place{Doc: &source.Doc{File: "f", Line: 1}, Item: item, Field: field})
		if pos.Line < 1 || pos.Col < 0 {
			t.Errorf("%+v", pos)
		}
	})
}
