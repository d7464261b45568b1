package load

import (
	"path"
	"strings"
)

// patterns are those of one or more ignore files, in order: the last that matches
// decides.
type patterns []pattern

// A pattern is one line of an ignore file (gitignore(5)).
type pattern struct {
	base    string   // folder of the ignore file, "" for the root
	parts   []string // between slashes; "**" stands for any number of folders
	negated bool     // "!": what matches is not ignored after all
	folders bool     // a "/" at the end: folders only
}

// lines splits an ignore file.
func lines(text []byte) []string { return strings.Split(string(text), "\n") }

// parsePatterns reads the lines of an ignore file in the folder base.
func parsePatterns(base string, lines []string) patterns {
	var list patterns
	for _, line := range lines {
		if p, ok := parsePattern(base, line); ok {
			list = append(list, p)
		}
	}
	return list
}

func parsePattern(base, line string) (pattern, bool) {
	p := pattern{base: base}
	line = trimSpaces(line)
	if line == "" || line[0] == '#' {
		return p, false
	}
	if line[0] == '!' {
		p.negated = true
		line = line[1:]
	}
	if strings.HasSuffix(line, "/") {
		p.folders = true
		line = strings.TrimRight(line, "/")
	}
	if line == "" {
		return p, false
	}
	// Without a slash before its end, a pattern holds for every folder below.
	anchored := strings.Contains(line, "/")
	p.parts = strings.Split(strings.TrimPrefix(line, "/"), "/")
	if !anchored {
		p.parts = append([]string{"**"}, p.parts...)
	}
	return p, true
}

// trimSpaces removes blanks at the end, but not one behind a backslash.
func trimSpaces(line string) string {
	trimmed := strings.TrimRight(line, " \t")
	if strings.HasSuffix(trimmed, `\`) && len(trimmed) < len(line) {
		return trimmed + " "
	}
	return trimmed
}

// match reports whether the patterns leave out a file or folder. Its parents are
// known not to be left out.
func (list patterns) match(name string, folder bool) bool {
	for i := len(list) - 1; i >= 0; i-- {
		p := &list[i]
		if p.folders && !folder {
			continue
		}
		if p.match(name) {
			return !p.negated
		}
	}
	return false
}

func (p *pattern) match(name string) bool {
	if p.base != "" {
		rest, ok := strings.CutPrefix(name, p.base+"/")
		if !ok {
			return false
		}
		name = rest
	}
	return matchParts(p.parts, strings.Split(name, "/"))
}

// matchParts matches a path against a pattern, part by part. It goes back only to
// the latest "**", so it takes at most the product of both lengths.
func matchParts(parts, names []string) bool {
	p, n := 0, 0
	star, mark := -1, 0
	for n < len(names) {
		switch {
		case p < len(parts) && parts[p] == "**":
			if p == len(parts)-1 {
				return true // "dir/**" is everything inside
			}
			star, mark = p, n
			p++
		case p < len(parts) && matchPart(parts[p], names[n]):
			p++
			n++
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return p == len(parts)
}

// matchPart matches one name without slashes: "*", "?", "[…]" and backslashes.
func matchPart(pattern, name string) bool {
	// In one part, several stars are one, which path.Match would go through in turn.
	for strings.Contains(pattern, "**") {
		pattern = strings.ReplaceAll(pattern, "**", "*")
	}
	pattern = strings.ReplaceAll(pattern, "[!", "[^")
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}
