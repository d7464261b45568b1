package eval

import (
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// A pathCondition is a condition on the path, prepared (§1.2). PathAny also stands for the
// prefix /, which every path meets.
type pathCondition struct {
	kind  ir.PathKind
	text  string // of a prefix without its trailing slashes
	regex *automata.Regex
}

func (p *preparer) path(m ir.PathMatch) (pathCondition, error) {
	switch {
	case m.Kind == ir.PathRegex:
		re, err := p.regex(m.Value)
		return pathCondition{kind: ir.PathRegex, regex: re}, err
	case m.Kind == ir.PathPrefix && m.Value == "/":
		return pathCondition{}, nil
	case m.Kind == ir.PathPrefix:
		return pathCondition{kind: ir.PathPrefix, text: strings.TrimRight(m.Value, "/")}, nil
	}
	return pathCondition{kind: m.Kind, text: m.Value}, nil
}

// length returns the bytes that the condition counts; those of a regular expression depend
// on the request and are left out.
func (c *pathCondition) length() int {
	if c.kind == ir.PathAny {
		return 1
	}
	return len(c.text)
}

func (c *pathCondition) holds(path string) bool {
	switch c.kind {
	case ir.PathExact:
		return path == c.text
	case ir.PathPrefix:
		n := len(c.text)
		return len(path) >= n && path[:n] == c.text && (len(path) == n || path[n] == '/')
	case ir.PathRegex:
		return c.regex.FullSpan(path)
	}
	return true
}

// A valueCondition is a condition on a header or a query parameter, prepared (§1.4, §1.5).
type valueCondition struct {
	name, text string
	regex      *automata.Regex // instead of text
}

func (p *preparer) values(list []ir.ValueMatch) ([]valueCondition, error) {
	var out []valueCondition
	for _, m := range list {
		c := valueCondition{name: m.Name, text: m.Value}
		if m.Regex {
			re, err := p.regex(m.Value)
			if err != nil {
				return nil, err
			}
			c = valueCondition{name: m.Name, regex: re}
		}
		out = append(out, c)
	}
	return out, nil
}

// inHeaders reports whether some line satisfies the condition. A regular expression does
// not see a value with bytes beyond ASCII.
func (c *valueCondition) inHeaders(headers []ir.Header) bool {
	for i := range headers {
		h := &headers[i]
		switch {
		case h.Name != c.name:
		case c.regex == nil:
			if h.Value == c.text {
				return true
			}
		case isVisible(h.Value) && c.regex.FullSpan(h.Value):
			return true
		}
	}
	return false
}

// inParams reports whether some occurrence satisfies the condition.
func (c *valueCondition) inParams(params []Param) bool {
	for i := range params {
		q := &params[i]
		switch {
		case q.Name != c.name:
		case c.regex == nil:
			if q.Value == c.text {
				return true
			}
		case c.regex.FullSpan(q.Value):
			return true
		}
	}
	return false
}

// isVisible reports whether a header's value consists of tabs and printable ASCII.
func isVisible(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '\t' && (c < 0x20 || c > 0x7E) {
			return false
		}
	}
	return true
}
