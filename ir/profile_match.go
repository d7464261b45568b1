package ir

import (
	"strconv"
	"strings"
)

// ConditionKind says what a condition of a ServiceProfile asks.
type ConditionKind uint8

const (
	AllOf    ConditionKind = iota // every part holds; of no parts, always true
	AnyOf                         // some part holds; of no parts, never true
	NotOf                         // its one part does not hold
	OnPath                        // request: the path matches a pattern (spec/profiles.md §3.5)
	OnMethod                      // request: the method is that one
	OnStatus                      // response: the status lies in a range
)

// A RequestMatch is a condition on a request (spec/profiles.md §3.1).
type RequestMatch struct {
	Kind  ConditionKind
	Parts []RequestMatch // AllOf, AnyOf: in order; NotOf: exactly one
	Text  string         // OnPath: the pattern as written; OnMethod: in upper case
}

// String returns the condition as an expression, such as "all(method GET, path /a)".
func (m RequestMatch) String() string {
	switch m.Kind {
	case OnPath:
		return "path " + m.Text
	case OnMethod:
		return "method " + m.Text
	}
	parts := make([]string, len(m.Parts))
	for i, p := range m.Parts {
		parts[i] = p.String()
	}
	return m.Kind.join(parts)
}

// A ResponseMatch is a condition on a response (spec/profiles.md §3.2).
type ResponseMatch struct {
	Kind     ConditionKind
	Parts    []ResponseMatch // AllOf, AnyOf: in order; NotOf: exactly one
	Min, Max uint32          // OnStatus: inclusive; 0 where the manifest gives none
}

// String returns the condition as an expression, such as "not(status 500-599)".
func (m ResponseMatch) String() string {
	if m.Kind == OnStatus {
		return "status " + strconv.FormatUint(uint64(m.Min), 10) + "-" + strconv.FormatUint(uint64(m.Max), 10)
	}
	parts := make([]string, len(m.Parts))
	for i, p := range m.Parts {
		parts[i] = p.String()
	}
	return m.Kind.join(parts)
}

func (k ConditionKind) join(parts []string) string {
	return [...]string{"all", "any", "not"}[k] + "(" + strings.Join(parts, ", ") + ")"
}
