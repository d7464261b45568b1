// Package syntax reads the regular expressions of the proxy: the dialect of
// Rust's regex crate 1.13 with default options, which is not Go's
// (spec/matching.md §9.6 and §9.7).
//
// [Parse] accepts and refuses the patterns that the crate does and returns a tree
// in which every class is a list of characters. [Check] adds the crate's limit on
// the size of the compiled program. The package knows nothing of matching.
package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Error says why the proxy would refuse a pattern.
type Error struct {
	Pattern string
	Offset  int    // in bytes, where in Pattern
	Message string // in the crate's words where it has any
}

func (e *Error) Error() string {
	const context = 40
	from, to := max(0, e.Offset-context), min(len(e.Pattern), e.Offset+context)
	excerpt := strings.ToValidUTF8(e.Pattern[from:to], "")
	if from > 0 {
		excerpt = "…" + excerpt
	}
	if to < len(e.Pattern) {
		excerpt += "…"
	}
	return fmt.Sprintf("regular expression %q: %s (at byte %d)", excerpt, e.Message, e.Offset)
}

// Parse reads a pattern. The error, if any, is an [*Error].
//
// Time and memory grow in proportion to the pattern and to the classes it names;
// counts are not expanded.
func Parse(pattern string) (*Regexp, error) {
	if !utf8.ValidString(pattern) {
		return nil, &Error{pattern, invalidAt(pattern), "a pattern must be valid UTF-8"}
	}
	p := parser{pattern: pattern, flags: flagUnicode}
	re, err := p.parse()
	if err != nil {
		return nil, err
	}
	if p.meaning != nil {
		return nil, p.meaning
	}
	return re, nil
}

func invalidAt(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(text[i:]); n == 1 {
				return i
			}
		}
	}
	return len(text)
}
