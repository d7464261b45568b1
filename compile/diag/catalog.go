package diag

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed catalog/*.txt
var catalog embed.FS

// An Entry is what the catalogue says about a code.
type Entry struct {
	Code     Code
	Title    string
	Severity Severity
	Permit   bool   // the examples are judged with webhooks left out
	Help     string // the next step, where it is the same for all findings of the code; else empty
	Why      string // paragraphs
	Broken   string // a manifest that earns the diagnostic
	Fixed    string // the same, mended
}

// lookup holds the catalogue by code.
var lookup = sync.OnceValue(func() map[Code]Entry {
	entries, err := Entries()
	if err != nil {
		panic(err) // a part of the program
	}
	out := make(map[Code]Entry, len(entries))
	for _, e := range entries {
		out[e.Code] = e
	}
	return out
})

// Lookup returns the entry of a code; ok is false for one that does not exist.
func Lookup(c Code) (e Entry, ok bool) {
	e, ok = lookup()[c]
	return e, ok
}

// Entries returns the whole catalogue, by code.
func Entries() ([]Entry, error) {
	names, err := fs.Glob(catalog, "catalog/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list catalogue: %w", err)
	}
	var out []Entry
	for _, name := range names {
		text, err := fs.ReadFile(catalog, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue: %w", err)
		}
		e, err := parseEntry(strings.TrimPrefix(name, "catalog/"), string(text))
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return out, nil
}

// parseEntry reads RC1234-slug.txt: headers, a blank line, paragraphs, and two examples in
// the form of a text archive.
func parseEntry(name, text string) (Entry, error) {
	code, _, _ := strings.Cut(name, "-")
	e := Entry{Code: Code(code)}
	text, examples, _ := strings.Cut(text, "-- broken.yaml --\n")
	e.Broken, e.Fixed, _ = strings.Cut(examples, "-- fixed.yaml --\n")
	head, why, ok := strings.Cut(text, "\n\n")
	if !ok {
		return e, fmt.Errorf("no blank line after the headers")
	}
	e.Why = strings.TrimSpace(why)
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch key {
		case "title":
			e.Title = value
		case "severity":
			if e.Severity, ok = ParseSeverity(value); !ok {
				return e, fmt.Errorf("no severity %q", value)
			}
		case "help":
			e.Help = value
		case "admission":
			e.Permit = value == "permit"
		default:
			return e, fmt.Errorf("no header %q", key)
		}
	}
	return e, nil
}
