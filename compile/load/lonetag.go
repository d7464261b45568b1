package load

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// The library does not tell a scalar with the tag "!" from one without tag. To
// clients it makes text of nothing and a number of quoted text. Nobody writes it, so
// it is refused rather than imitated.

// A position is a line and a column, in characters, from 1.
type position struct{ line, col int }

// loneTags returns where a "!" stands that is a tag by itself if a scalar begins there.
func loneTags(text []byte) map[position]bool {
	if bytes.IndexByte(text, '!') < 0 {
		return nil
	}
	found := map[position]bool{}
	at := position{1, 1}
	for i, c := range string(text) {
		switch c {
		case '\n', '\u0085', '\u2028', '\u2029': // the line ends of YAML 1.1
			at = position{at.line + 1, 1}
			continue
		case '!':
			if i+1 == len(text) || strings.IndexByte(" \t\n,]}\xc2\xe2", text[i+1]) >= 0 {
				found[at] = true
			}
		}
		at.col++
	}
	return found
}

// hasLoneTag reports whether a scalar's only tag is "!", with an anchor before it or not.
func (t *tree) hasLoneTag(n *yaml.Node) bool {
	if len(t.loneTags) == 0 || n.Kind != yaml.ScalarNode {
		return false
	}
	at := position{n.Line, n.Column}
	if n.Anchor != "" {
		at.col += 1 + utf8.RuneCountInString(n.Anchor) + 1
	}
	return t.loneTags[at]
}
