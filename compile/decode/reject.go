package decode

import (
	"bytes"
	"strings"
)

// foreign reports the kind of a document when a look at its lines is enough to be
// certain that it is an object of a kind that is not ours; ok is false in doubt.
//
// Most documents of a repository are not routing, and to scan one costs a thirtieth
// of reading it (BenchmarkObjects). It is certain when the document's outermost map stands in
// the first column and has exactly one line "kind: Word" there: every key of that
// map begins a line of its own, so a kind written any other way begins with one of
// the characters that cause doubt. A line in the first column that is no key (text in
// quotes may go on there) can add a kind but not hide one.
func foreign(text []byte) (kind GroupKind, ok bool) {
	if hasOddBreaks(text) || bytes.Contains(text, []byte("{{")) {
		return GroupKind{}, false
	}
	var name, version string
	first, open := true, false // open: the value of kind or apiVersion may go on
	for line := range bytes.Lines(text) {
		c := line[0]
		if c == ' ' && !first && !open || c == '\n' || c == '#' {
			continue
		}
		if first && !isLetter(c) || !first && !isLetter(c) && c != '-' {
			return GroupKind{}, false
		}
		first, open = false, false
		switch {
		case isKey(line, "items"):
			return GroupKind{}, false // a list, whatever its kind says
		case isKey(line, "kind"):
			if name != "" {
				return GroupKind{}, false
			}
			if name = word(line[len("kind"):]); name == "" {
				return GroupKind{}, false
			}
			open = true
		case isKey(line, "apiVersion"):
			if version != "" {
				return GroupKind{}, false
			}
			if version = word(line[len("apiVersion"):]); version == "" {
				return GroupKind{}, false
			}
			open = true
		}
	}
	if name == "" || version == "" || strings.HasSuffix(name, "List") {
		return GroupKind{}, false
	}
	group, _, valid := splitVersion(version)
	kind = GroupKind{group, name}
	return kind, valid && !isOurs(kind) && misspelt(kind) == ""
}

// hasOddBreaks reports whether text has characters that end a line in YAML 1.1 and
// nowhere else: next line, line separator and paragraph separator.
func hasOddBreaks(text []byte) bool {
	return bytes.Contains(text, []byte("\u0085")) || bytes.Contains(text, []byte("\u2028")) || bytes.Contains(text, []byte("\u2029"))
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isKey reports whether a line may begin with that key: "key:" or "key :".
func isKey(line []byte, key string) bool {
	if len(line) <= len(key) || string(line[:len(key)]) != key {
		return false
	}
	c := line[len(key)]
	return c == ':' || c == ' ' || c == '\t'
}

// word returns the value of a line that goes on with ": word" and nothing else but a
// comment, or "".
func word(rest []byte) string {
	if len(rest) < 3 || rest[0] != ':' || rest[1] != ' ' {
		return ""
	}
	rest = bytes.TrimLeft(rest[1:], " ")
	end := 0
	for end < len(rest) && isWord(rest[end]) {
		end++
	}
	after := rest[end:]
	blank := bytes.TrimLeft(after, " ")
	if len(blank) > 0 && blank[0] != '\n' && (blank[0] != '#' || len(blank) == len(after)) {
		return ""
	}
	if end > 0 && !isLetter(rest[0]) {
		return ""
	}
	return string(rest[:end])
}

func isWord(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '-'
}
