package load

import (
	"errors"
	"strconv"
	"strings"

	"routec.dev/routec/ir/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Locate returns where a place is in its file, by reading its document, whose text
// is given, once more. A field of a map is found at its key, an item of a list where
// it begins, and a field that is not there at the nearest thing around it. In a
// document that is no YAML, it is where the mistake is.
func Locate(text []byte, place source.Place) source.Pos {
	if place.Doc == nil {
		return source.Pos{}
	}
	pos := source.Pos{File: place.Doc.File, Line: place.Doc.Line}
	if pos.Line == 0 {
		return pos // a file as a whole
	}
	root, err := parseNodes(text)
	var syntax *SyntaxError
	switch {
	case errors.As(err, &syntax):
		pos.Line, pos.Col = place.Doc.Line+syntax.Line-1, syntax.Col
		return pos
	case len(root.Content) == 0:
		return pos
	}
	n := find(root.Content[0], source.Join(place.Item, place.Field))
	pos.Line, pos.Col = place.Doc.Line+n.Line-1, n.Column
	return pos
}

// Locate returns where a place in the document was written.
func (d Document) Locate(place source.Place) source.Pos {
	if d.Written == nil {
		return Locate(d.Text, place)
	}
	doc := d.Written.Doc
	place.Doc = &doc
	return Locate(d.Written.Text, place)
}

// find walks from a node along a field path and returns the node to point at. A key
// may hold dots and brackets of its own, so what the path goes on with is decided by
// the keys that are there; the longest that fits is taken.
func find(n *yaml.Node, path string) *yaml.Node {
	at := n
	for steps := 0; path != "" && steps < maxSteps; steps++ {
		if n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		key, value, rest := step(n, path)
		if value == nil {
			break
		}
		at, n, path = key, value, rest
	}
	return at
}

// maxSteps bounds a walk; no document that was read is nested deeper by default.
const maxSteps = 10_000

// step takes one step along a path: the node to point at, its value, and the rest.
func step(n *yaml.Node, path string) (key, value *yaml.Node, rest string) {
	switch n.Kind {
	case yaml.SequenceNode:
		i, after, ok := listIndex(path)
		if !ok || i >= len(n.Content) {
			return nil, nil, ""
		}
		return n.Content[i], n.Content[i], after
	case yaml.MappingNode:
		return entry(n, path)
	}
	return nil, nil, ""
}

// listIndex reads "[3]" at the start of a path.
func listIndex(path string) (i int, rest string, ok bool) {
	digits, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
	if !ok || path[0] != '[' {
		return 0, "", false
	}
	i, err := strconv.Atoi(digits)
	return i, strings.TrimPrefix(rest, "."), err == nil && i >= 0
}

// entry finds the entry of a mapping that a path begins with; of equal keys the
// last, which counts. Keys that a "<<" brings in are found where they are written.
func entry(n *yaml.Node, path string) (key, value *yaml.Node, rest string) {
	best := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if isMerge(k) {
			for _, m := range merged(v) {
				if mk, mv, mrest := plainEntry(m, path); mv != nil && len(path)-len(mrest) > best {
					key, value, rest, best = mk, mv, mrest, len(path)-len(mrest)
				}
			}
			continue
		}
		if after, ok := cutKey(path, k.Value); ok && len(path)-len(after) >= best {
			key, value, rest, best = k, v, after, len(path)-len(after)
		}
	}
	return key, value, rest
}

// plainEntry is entry for a merged map, whose own merges are not followed.
func plainEntry(n *yaml.Node, path string) (key, value *yaml.Node, rest string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if after, ok := cutKey(path, n.Content[i].Value); ok {
			key, value, rest = n.Content[i], n.Content[i+1], after
		}
	}
	return key, value, rest
}

// merged returns the maps that a "<<" names.
func merged(n *yaml.Node) []*yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	var maps []*yaml.Node
	for _, m := range list {
		if m.Kind == yaml.AliasNode {
			m = m.Alias
		}
		if m.Kind == yaml.MappingNode {
			maps = append(maps, m)
		}
	}
	return maps
}

// cutKey reports whether a path begins with the key, as "key" or "[key]", and
// returns what follows.
func cutKey(path, key string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(path, "["+key+"]"); ok {
		return strings.TrimPrefix(rest, "."), true
	}
	if rest, ok = strings.CutPrefix(path, key); !ok || key == "" {
		return "", false
	}
	switch {
	case rest == "" || rest[0] == '[':
		return rest, true
	case rest[0] == '.':
		return rest[1:], true
	}
	return "", false
}
