package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"routec.dev/routec/ir/source"
)

// A Format is a rendering of diagnostics.
type Format string

// The renderings, for people and for machines.
const (
	AsText     Format = "text"     // for people
	AsJSON     Format = "json"     // by schema/findings-v1.json
	AsSARIF    Format = "sarif"    // SARIF 2.1.0, for code scanning
	AsGitHub   Format = "github"   // workflow commands, which GitHub shows beside the lines
	AsGitLab   Format = "gitlab"   // a Code Quality report, which GitLab shows in merge requests
	AsJUnit    Format = "junit"    // a test report, for other CI systems
	AsMarkdown Format = "markdown" // a comment on a pull request
)

// Formats are all renderings, in the order of the documentation.
var Formats = [...]Format{AsText, AsJSON, AsSARIF, AsGitHub, AsGitLab, AsJUnit, AsMarkdown}

// ParseFormat returns the format of that name.
func ParseFormat(name string) (Format, error) {
	names := make([]string, 0, len(Formats))
	for _, f := range Formats {
		if string(f) == name {
			return f, nil
		}
		names = append(names, string(f))
	}
	last := len(names) - 1
	return "", fmt.Errorf("the format is %s or %s, not %q", strings.Join(names[:last], ", "), names[last], name)
}

// Options say how diagnostics are rendered. The zero Options will do.
type Options struct {
	Excerpts bool     // text: show the line of source with a caret
	Version  string   // of routec, where a format names its producer
	FailOn   Severity // JUnit: what counts as a failure; 0 is nothing
	Failures []Failure
}

// A Failure is what else fails a run, in no manifest: GitHub's annotations and JUnit have it.
type Failure struct{ Title, Message string }

// Write renders diagnostics, which are sorted as [Report.Sorted] does. The same diagnostics
// give the same bytes.
func Write(w io.Writer, format Format, list []Diagnostic, where Locator, opts Options) error {
	var err error
	switch format {
	case AsText:
		err = Text(w, list, where, opts.Excerpts)
	case AsJSON:
		err = writeJSON(w, locate(list, where), opts)
	case AsSARIF:
		err = writeSARIF(w, locate(list, where), opts)
	case AsGitHub:
		err = writeGitHub(w, locate(list, where), opts)
	case AsGitLab:
		err = writeGitLab(w, locate(list, where))
	case AsJUnit:
		err = writeJUnit(w, locate(list, where), opts)
	case AsMarkdown:
		err = writeMarkdown(w, locate(list, where))
	default:
		return fmt.Errorf("there is no format %q", format)
	}
	if err != nil {
		return fmt.Errorf("write findings as %s: %w", format, err)
	}
	return nil
}

// A finding is a diagnostic with its positions found.
type finding struct {
	Diagnostic
	pos     source.Pos
	line    string // of text; empty when it is not at hand
	related []source.Pos
}

func locate(list []Diagnostic, where Locator) []finding {
	out := make([]finding, 0, len(list))
	for _, d := range list {
		f := finding{Diagnostic: d}
		f.pos, f.line = where.Locate(d.At)
		for _, r := range d.Related {
			pos, _ := where.Locate(r.At)
			f.related = append(f.related, pos)
		}
		out = append(out, f)
	}
	return out
}

// said is the message with what helps, for formats that have one text.
func (f *finding) said() string {
	if f.Help == "" {
		return f.Message
	}
	first, size := utf8.DecodeRuneInString(f.Help)
	text := f.Message + ". " + string(unicode.ToUpper(first)) + f.Help[size:]
	if !strings.ContainsAny(text[len(text)-1:], ".?!)") {
		text += "."
	}
	return text
}

// counts are the numbers of findings, by severity.
func counts(list []finding) map[Severity]int {
	out := map[Severity]int{}
	for i := range list {
		out[list[i].Severity]++
	}
	return out
}
