package load

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unsafe"

	"routec.dev/routec/compile/diag"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Content returns the document as unstructured content: exactly what kubectl would
// send (spec/admission.md §1.1, gate 1). It is nil, without a complaint, for a
// document that holds nothing, and nil when ok is false: then the report says why.
// A key that is written twice is reported too; the last one counts.
func (d Document) Content(limits Limits, report *diag.Report) (content map[string]any, ok bool) {
	return d.ContentIn(nil, limits, report)
}

// ContentIn is [Document.Content] in maps that are lent, until they are reclaimed.
func (d Document) ContentIn(maps *Maps, limits Limits, report *diag.Report) (content map[string]any, ok bool) {
	v, duplicates, err := parse(d.Text, limits.OrDefaults(), maps)
	if err != nil {
		report.Add(d.complain(err))
		return nil, false
	}
	for _, dup := range duplicates[:min(len(duplicates), maxDuplicates)] {
		report.Add(d.duplicateKey(dup))
	}
	if more := len(duplicates) - maxDuplicates; more > 0 {
		report.Add(d.moreDuplicates(more))
	}
	switch v := v.(type) {
	case nil:
		return nil, true
	case map[string]any:
		return v, true
	}
	report.Add(d.notAnObject(v))
	return nil, false
}

// Check reports whether the document can be read as YAML, whatever it holds; if not,
// the report says why.
func (d Document) Check(limits Limits, report *diag.Report) bool {
	_, _, err := parse(d.Text, limits.OrDefaults(), nil)
	if err != nil {
		report.Add(d.complain(err))
	}
	return err == nil
}

// parse builds the value of one document. The error is a *SyntaxError.
func parse(text []byte, limits Limits, maps *Maps) (any, []duplicate, error) {
	// Documents are never changed once they are read, so that their strings can be parts of
	// the text itself: a copy of it would outlive the tree that is made here.
	if v, ok := quick(unsafe.String(unsafe.SliceData(text), len(text)), limits, maps); ok {
		return v, nil, nil
	}
	if v, duplicates, ok, err := fromJSON(text, limits); ok {
		return v, duplicates, err
	}
	return slow(text, limits)
}

// slow is parse by way of the library's nodes.
func slow(text []byte, limits Limits) (any, []duplicate, error) {
	root, err := parseNodes(text)
	if err != nil {
		return nil, nil, err
	}
	t := tree{limits: limits, loneTags: loneTags(text)}
	v, err := t.value(root)
	return v, t.duplicates, err
}

// parseNodes reads the one document in text; an empty one is a node without kind.
func parseNodes(text []byte) (*yaml.Node, error) {
	root := new(yaml.Node)
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	err := decoder.Decode(root)
	if err == io.EOF {
		return root, nil
	}
	if err == nil {
		// Anything behind the document would be lost in silence.
		switch next := decoder.Decode(new(yaml.Node)); {
		case next == nil:
			err = errors.New("a second document follows without ---")
		case next != io.EOF:
			err = next
		}
	}
	if err != nil {
		return nil, syntaxError(text, err)
	}
	return root, nil
}

// syntaxError makes the library's error one with a position. The line that the
// library names is often that of the construct around the mistake, so the line is
// looked for: it ends the shortest beginning of the text with the same error.
func syntaxError(text []byte, err error) *SyntaxError {
	message := libraryMessage(err)
	e := &SyntaxError{Line: 1, Message: message}
	if strings.HasPrefix(message, "exceeded max depth") { // the library's own limit, which comes before ours
		e.kind, e.Message = tooDeep, "maps and lists are nested more than 10000 deep"
	}
	fmt.Sscanf(strings.TrimPrefix(err.Error(), "yaml: "), "line %d:", &e.Line)
	if line := firstLineWith(text, message); line > 0 {
		e.Line = line
	}
	e.Col = firstColumn(text, e.Line)
	return e
}

// libraryMessage returns the library's message without its prefix and line.
func libraryMessage(err error) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		if _, after, ok := strings.Cut(rest, ": "); ok {
			message = after
		}
	}
	return message
}
