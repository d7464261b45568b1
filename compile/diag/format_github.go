package diag

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// writeGitHub writes workflow commands, one a line. GitHub shows the first few of each
// severity beside the lines that they name, so the order matters: hazards come first. What
// manifests hold stays inside the command that it stands in.
func writeGitHub(w io.Writer, list []finding, opts Options) error {
	out := bufio.NewWriter(w)
	for i := range list {
		f := &list[i]
		command := "error"
		switch f.Severity {
		case Warning:
			command = "warning"
		case Info:
			command = "notice"
		}
		fmt.Fprintf(out, "::%s ", command)
		if f.pos.File != "" {
			fmt.Fprintf(out, "file=%s,", githubProperty(f.pos.File))
		}
		if f.pos.Line > 0 {
			fmt.Fprintf(out, "line=%d,", f.pos.Line)
		}
		if f.pos.Col > 0 {
			fmt.Fprintf(out, "col=%d,", f.pos.Col)
		}
		fmt.Fprintf(out, "title=%s::%s\n", githubProperty(f.title()), githubData(f.said()))
	}
	for _, f := range opts.Failures {
		fmt.Fprintf(out, "::error title=%s::%s\n", githubProperty(f.Title), githubData(f.Message))
	}
	return out.Flush()
}

// title names the code and the object.
func (f *finding) title() string {
	s := string(f.Code)
	if f.Severity == Hazard {
		s += " (hazard)"
	}
	if f.Object != "" {
		s += " " + f.Object
	}
	return s
}

var (
	githubDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// githubData quotes a command's text, in which lines may break.
func githubData(s string) string { return oneLine(githubDataEscapes.Replace(s)) }

// githubProperty quotes the value of a property, which a colon or a comma would end.
func githubProperty(s string) string { return oneLine(githubPropertyEscapes.Replace(s)) }
