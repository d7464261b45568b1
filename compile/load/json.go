package load

import (
	"bytes"
	"encoding/json"
	"io"

	"routec.dev/routec/ir/source"
)

// A document that begins with a brace is JSON to clients if it can be, and YAML only
// otherwise. The two differ in escapes (\/ and pairs of surrogates), tabs and long keys.

// beginsWithBrace reports whether the first character that is no blank is "{".
func beginsWithBrace(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\n")
	return len(text) > 0 && text[0] == '{'
}

// jsonEnd returns the offset behind the first value of several that stand one after
// another, as JSON streams have them; ok is false when text is nothing of the kind.
func jsonEnd(text []byte) (end int, ok bool) {
	if !beginsWithBrace(text) {
		return 0, false
	}
	depth, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth > 0 {
				continue
			}
			return i + 1, beginsWithBrace(text[i+1:]) && json.Valid(text[:i+1])
		}
	}
	return 0, false
}

// fromJSON reads a document that is JSON; ok is false when it is not. The error is a
// *SyntaxError about JSON that no cluster takes.
func fromJSON(text []byte, limits Limits) (v any, duplicates []duplicate, ok bool, err error) {
	if !beginsWithBrace(text) || !json.Valid(text) {
		return nil, nil, false, nil
	}
	r := jsonReader{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), limits: limits}
	r.decoder.UseNumber()
	v = r.value("")
	if _, end := r.decoder.Token(); r.err == nil && end != io.EOF {
		return nil, nil, false, nil
	}
	return v, r.duplicates, true, r.err
}

type jsonReader struct {
	text       []byte
	decoder    *json.Decoder
	limits     Limits
	depth      int
	duplicates []duplicate
	err        error

	counted, lines int // line ends before offset counted
}

// line returns the line of the latest token; it must not be called for an earlier
// one afterwards.
func (r *jsonReader) line() int {
	at := int(r.decoder.InputOffset())
	r.lines += bytes.Count(r.text[r.counted:at], []byte{'\n'})
	r.counted = at
	return 1 + r.lines
}

func (r *jsonReader) fail(kind errorKind, message string) any {
	if r.err == nil {
		r.err = &SyntaxError{Line: r.line(), Message: message, kind: kind}
	}
	return nil
}

// value reads the next value, which is known to be valid.
func (r *jsonReader) value(path string) any {
	token, err := r.decoder.Token()
	if r.err != nil || err != nil {
		return nil
	}
	switch token := token.(type) {
	case json.Number:
		return r.number(token)
	case json.Delim:
		if r.depth++; r.depth > r.limits.Depth {
			return r.fail(tooDeep, deepMessage(r.limits))
		}
		defer func() { r.depth-- }()
		if token == '{' {
			return r.object(path)
		}
		return r.array(path)
	}
	return token // string, bool or nil
}

func (r *jsonReader) number(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return r.fail(invalid, "the number "+n.String()+" is out of range")
	}
	return asJSON(f)
}

func (r *jsonReader) array(path string) any {
	list := []any{}
	for r.err == nil && r.decoder.More() {
		list = append(list, r.value(source.Index(path, len(list))))
	}
	r.decoder.Token()
	return list
}

func (r *jsonReader) object(path string) any {
	m := map[string]any{}
	lines := map[string]int{}
	for r.err == nil && r.decoder.More() {
		token, _ := r.decoder.Token()
		key, _ := token.(string)
		field, line := source.Join(path, pathStep(key)), r.line()
		if first, twice := lines[key]; twice {
			r.duplicates = noteDuplicate(r.duplicates, func() string { return field }, first, line)
		}
		lines[key] = line
		m[key] = r.value(field)
	}
	r.decoder.Token()
	return m
}
