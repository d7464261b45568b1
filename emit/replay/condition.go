package replay

import (
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"

	"routec.dev/routec/emit/replay/syntax"
)

// A valueCondition is an exact text or a regular expression for the values of
// one header or query parameter.
type valueCondition struct {
	name  string
	exact string
	regex *regex // nil for an exact text
}

func (p *Preparer) headerConditions(headers []*http_route.HeaderMatch) []valueCondition {
	conditions := make([]valueCondition, len(headers))
	for i, h := range headers {
		conditions[i].name = syntax.Lower(h.GetName())
		if value, ok := h.GetValue().(*http_route.HeaderMatch_Regex); ok {
			conditions[i].regex = p.regex(value.Regex)
		} else {
			conditions[i].exact = string(h.GetExact())
		}
	}
	return conditions
}

func (p *Preparer) queryConditions(params []*http_route.QueryParamMatch) []valueCondition {
	conditions := make([]valueCondition, len(params))
	for i, q := range params {
		conditions[i].name = q.GetName()
		if value, ok := q.GetValue().(*http_route.QueryParamMatch_Regex); ok {
			conditions[i].regex = p.regex(value.Regex)
		} else {
			conditions[i].exact = q.GetExact()
		}
	}
	return conditions
}

// headersMatch wants every condition to be met by some line of its name.
// Different conditions on one name may be met by different lines.
func headersMatch(conditions []valueCondition, r *Request) bool {
	for i := range conditions {
		if !conditions[i].headerMatches(r) {
			return false
		}
	}
	return true
}

func (c *valueCondition) headerMatches(r *Request) bool {
	for i := range r.Headers {
		h := &r.Headers[i]
		if h.Name != c.name {
			continue
		}
		if c.regex == nil {
			if h.Value == c.exact {
				return true
			}
		} else if r.visible[i] && c.regex.FullSpan(h.Value) {
			return true
		}
	}
	return false
}

// paramsMatch wants every condition to be met by some parameter of its name.
func paramsMatch(conditions []valueCondition, r *Request) bool {
	for i := range conditions {
		if !conditions[i].paramMatches(r) {
			return false
		}
	}
	return true
}

func (c *valueCondition) paramMatches(r *Request) bool {
	for i := range r.params {
		p := &r.params[i]
		if p.name != c.name {
			continue
		}
		if c.regex == nil {
			if p.value == c.exact {
				return true
			}
		} else if c.regex.FullSpan(p.value) {
			return true
		}
	}
	return false
}
