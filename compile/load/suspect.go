package load

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"unicode/utf8"

	"routec.dev/routec/compile/diag"
)

// complain makes a diagnostic of the reason why the document has no content.
func (d Document) complain(err error) diag.Diagnostic {
	e, ok := err.(*SyntaxError)
	if !ok {
		e = &SyntaxError{Line: 1, Message: err.Error()}
	}
	out := diag.Diagnostic{Severity: diag.Error, At: d.Place("")}
	switch e.kind {
	case tooDeep:
		out.Code = diag.TooDeep
		out.Message = d.at(e) + e.Message + ", which --max-depth does not allow"
		out.Help = "no Kubernetes object is nested like this; leave the file out, or raise --max-depth"
	case tooManyAliases:
		out.Code = diag.TooManyAliases
		out.Message = d.at(e) + e.Message + ", which --max-alias-nodes does not allow"
		out.Help = "write the values out, or raise --max-alias-nodes"
	default:
		d.suspect(e, &out)
		if d.isOtherJSON() {
			out.Severity = diag.Info
		}
	}
	return out
}

// isOtherJSON reports whether the document is in a JSON file and says no apiVersion:
// settings of some tool, often with comments in them, and no manifest that could be lost.
func (d Document) isOtherJSON() bool {
	return path.Ext(d.Doc.File) == ".json" && !bytes.Contains(d.Text, []byte("apiVersion"))
}

// at writes the position of an error in the file.
func (d Document) at(e *SyntaxError) string {
	line := d.Doc.Line + e.Line - 1
	if e.Col > 0 {
		return fmt.Sprintf("line %d, column %d: ", line, e.Col)
	}
	return fmt.Sprintf("line %d: ", line)
}

var (
	templateAction = regexp.MustCompile(`\{\{-?\s|\{\{[^{}]+\}\}`)
	templateBlock  = regexp.MustCompile(`\{%-?\s*\w`)
	helmWords      = regexp.MustCompile(`\{\{-?\s*(\.Values|\.Release|\.Chart|include |template |toYaml |end\b|if |range |with |define )`)
	conflictMark   = regexp.MustCompile(`(?m)^(<{7} |>{7} |={7}$)`)
	placeholder    = regexp.MustCompile(`\$\{[A-Za-z_]\w*[^}]*\}|<%|@@\w+@@`)
)

// suspect says what a document that is no YAML probably is.
func (d Document) suspect(e *SyntaxError, out *diag.Diagnostic) {
	out.Code = diag.InvalidYAML
	out.Message = d.at(e) + "this is not valid YAML: " + e.Message
	line := lineOf(d.Text, e.Line)
	switch {
	case conflictMark.Match(d.Text):
		out.Code = diag.MergeConflict
		out.Message = fmt.Sprintf("line %d: git's marks of a merge conflict are still in the file", d.Doc.Line+lineMatching(d.Text, conflictMark)-1)
		out.Help = "resolve the conflict and remove the lines with <<<<<<<, ======= and >>>>>>>"
	case helmWords.Match(d.Text):
		d.template(out, "a Helm template", lineMatching(d.Text, helmWords), "render it first: helm template CHART | routec compile - …, or leave it out with .routecignore")
	case templateBlock.Match(d.Text):
		d.template(out, "a Jinja template", lineMatching(d.Text, templateBlock), "render it first, or leave it out with .routecignore")
	case templateAction.Match(d.Text):
		d.template(out, "a template", lineMatching(d.Text, templateAction), "render it first, or leave it out with .routecignore; put the value in quotes if the braces are meant")
	case !utf8.Valid(d.Text):
		out.Message = fmt.Sprintf("line %d: this is not valid YAML: it is not UTF-8 text", d.Doc.Line+badUTF8(d.Text)-1)
		out.Help = "save the file as UTF-8, or leave it out with .routecignore"
	case tabIndented(line):
		out.Help = "the line is indented with a tab; YAML allows only spaces there"
	case placeholder.Match(line):
		out.Help = "the line has a placeholder that nothing has filled in yet; fill it in first, or put the value in quotes"
	}
}

func (d Document) template(out *diag.Diagnostic, what string, line int, help string) {
	out.Code = diag.Template
	out.Message = fmt.Sprintf("line %d: this is %s, not YAML yet, so what it makes is missing from every table", d.Doc.Line+line-1, what)
	out.Help = help
}

// lineOf returns the text of a line, from 1.
func lineOf(text []byte, line int) []byte {
	n := 0
	for l := range bytes.Lines(text) {
		if n++; n == line {
			return l
		}
	}
	return nil
}

// lineMatching returns the first line that matches, from 1.
func lineMatching(text []byte, re *regexp.Regexp) int {
	at := re.FindIndex(text)
	if at == nil {
		return 1
	}
	return 1 + bytes.Count(text[:at[0]], []byte{'\n'})
}

// badUTF8 returns the first line that is not UTF-8, from 1.
func badUTF8(text []byte) int {
	n := 0
	for l := range bytes.Lines(text) {
		if n++; !utf8.Valid(l) {
			return n
		}
	}
	return 1
}

func tabIndented(line []byte) bool {
	blanks := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	return bytes.IndexByte(blanks, '\t') >= 0
}

func (d Document) duplicateKey(dup duplicate) diag.Diagnostic {
	first, last := d.Doc.Line+dup.first-1, d.Doc.Line+dup.last-1
	where := fmt.Sprintf("on lines %d and %d", first, last)
	if first == last {
		where = fmt.Sprintf("on line %d", first)
	}
	return diag.Diagnostic{
		Code: diag.DuplicateKey, Severity: diag.Warning, At: d.Place(dup.field),
		Message: fmt.Sprintf("%s is written twice, %s; the last one counts and the other is dropped in silence", dup.field, where),
		Help:    "remove one of them",
	}
}

func (d Document) moreDuplicates(n int) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.DuplicateKey, Severity: diag.Warning, At: d.Place(""),
		Message: fmt.Sprintf("%d more keys of this document are written twice", n),
		Help:    "mend those that are listed first",
	}
}

func (d Document) notAnObject(v any) diag.Diagnostic {
	what := "a single value"
	help := "leave the file out with .routecignore if it is no manifest"
	severity := diag.Error
	if list, ok := v.([]any); ok {
		if isJSONPatch(list) {
			severity = diag.Info
		}
		what = "a list"
		help = "make each item a document of its own, or wrap the list in an object of kind List; " + help
	}
	if d.isOtherJSON() {
		severity = diag.Info
	}
	return diag.Diagnostic{
		Code: diag.NotAnObject, Severity: severity, At: d.Place(""),
		Message: "the document is " + what + ", not an object, so no cluster takes it",
		Help:    help,
	}
}

// isJSONPatch reports whether a list is a patch of RFC 6902, as kustomizations use them.
func isJSONPatch(list []any) bool {
	for _, item := range list {
		m, _ := item.(map[string]any)
		_, op := m["op"].(string)
		_, path := m["path"].(string)
		if !op || !path {
			return false
		}
	}
	return len(list) > 0
}
