package profile

import (
	"slices"
	"strings"
)

// slipped says how a trimmed path pattern escapes the anchors that the proxy adds by the
// look of the text; empty if it does not (spec/profiles.md §3.5).
func slipped(pattern string) string {
	switch {
	case strings.HasPrefix(pattern, "*"), strings.HasPrefix(pattern, "?"):
		return "the repetition applies to the anchor, so that the rest may stand anywhere in the path"
	case escapes(strings.TrimSuffix(pattern, "$")):
		return "the last $ is escaped, so that anything may follow"
	}
	parts := alternatives(pattern)
	switch {
	case len(parts) == 1:
		return ""
	case slices.Contains(parts, ""):
		return "an empty alternative matches every path"
	}
	for i, part := range parts {
		start := i == 0 || strings.HasPrefix(part, "^")
		end := i == len(parts)-1 || strings.HasSuffix(part, "$") && !escapes(strings.TrimSuffix(part, "$"))
		switch {
		case !start:
			return "the anchor ^ holds for the first alternative only, so that others match in the middle of a path"
		case !end:
			return "the anchor $ holds for the last alternative only, so that others match paths that go on"
		}
	}
	return ""
}

// escapes reports whether the text ends in a backslash that escapes what follows.
func escapes(s string) bool { return (len(s)-len(strings.TrimRight(s, `\`)))%2 == 1 }

// alternatives splits a pattern at the | outside of parentheses and brackets.
func alternatives(pattern string) []string {
	var out []string
	start, group, class := 0, 0, 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[':
			class++
		case c == ']' && class > 0:
			class--
		case class > 0:
		case c == '(':
			group++
		case c == ')':
			group--
		case c == '|' && group == 0:
			out = append(out, pattern[start:i])
			start = i + 1
		}
	}
	return append(out, pattern[start:])
}
