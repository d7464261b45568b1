package webhook

import (
	"time"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// profileRoute reviews SP-02, SP-03, SP-08 and SP-12 on one route.
func profileRoute(name string, route object) *denial {
	if tree.Text(route, "name") == "" {
		return deny(diag.ProfileRouteName, "ServiceProfile %q has a route with no name", name)
	}
	if timeout := tree.Text(route, "timeout"); timeout != "" {
		if _, err := time.ParseDuration(timeout); err != nil {
			return deny(diag.ProfileDuration, "ServiceProfile %q has a route with an invalid timeout: %v", name, err)
		}
	}
	if code, why := conditionError(tree.Child(route, "condition"), requestFields, "A request match must have a field set"); why != "" {
		return deny(code, "ServiceProfile %q has a route with an invalid condition: %s", name, why)
	}
	classes := tree.List(route, "responseClasses")
	for i := range classes {
		condition := tree.Child(tree.Item(classes, i), "condition")
		if code, why := conditionError(condition, responseFields, "A response match must have a field set"); why != "" {
			return deny(code, "ServiceProfile %q has a response class with an invalid condition: %s", name, why)
		}
	}
	return nil
}

// conditionError wants a condition to say something, at every depth; an empty list says
// something, an empty text does not.
func conditionError(o object, fields map[string]fieldKind, empty string) (diag.Code, string) {
	o = canonical(o, fields)
	said := false
	for _, name := range []string{"all", "any"} {
		list, ok := o[name].([]any)
		said = said || ok
		for _, child := range list {
			c, ok := child.(object)
			if !ok {
				return diag.ProfileCondition, `null condition "` + name + `"`
			}
			if code, why := conditionError(c, fields, empty); why != "" {
				return code, why
			}
		}
	}
	if status, ok := o["status"].(object); ok {
		if why := statusError(canonical(status, statusFields)); why != "" {
			return diag.ProfileStatus, why
		}
		said = true
	}
	for _, name := range []string{"method", "pathRegex"} {
		v := o[name]
		said = said || v != nil && v != ""
	}
	if not, ok := o["not"].(object); ok {
		if code, why := conditionError(not, fields, empty); why != "" {
			return code, why
		}
		said = true
	}
	if !said {
		return diag.ProfileCondition, empty
	}
	return "", ""
}

var statusFields = map[string]fieldKind{"min": textValue, "max": textValue}

// canonical spells the fields as the type does; the later of two in order wins.
func canonical(o object, fields map[string]fieldKind) object {
	plain := true
	for name := range o {
		if _, ok := fields[name]; !ok {
			plain = false
		}
	}
	if plain {
		return o
	}
	out := object{}
	for _, name := range tree.Keys(o) {
		if known, _, ok := field(fields, name); ok && o[name] != nil {
			out[known] = o[name]
		}
	}
	return out
}

// statusError reviews SP-12; 0 and absence are alike.
func statusError(o object) string {
	min, _ := wholeNumber(o["min"])
	max, _ := wholeNumber(o["max"])
	switch {
	case min != 0 && (min < 100 || min > 599):
		return "Range minimum must be between 100 and 599, inclusive"
	case max != 0 && (max < 100 || max > 599):
		return "Range maximum must be between 100 and 599, inclusive"
	case min != 0 && max != 0 && max < min:
		return "Range maximum cannot be smaller than minimum"
	}
	return ""
}

// retryBudget reviews SP-08 and SP-10.
func retryBudget(name string, budget object) *denial {
	if budget == nil {
		return nil
	}
	if ratio := floatValue(budget["retryRatio"]); ratio < 0 {
		return deny(diag.ProfileBudget, "ServiceProfile %q RetryBudget RetryRatio must be non-negative: %f", name, ratio)
	}
	ttl := tree.Text(budget, "ttl")
	if ttl == "" {
		return deny(diag.ProfileDuration, "ServiceProfile %q RetryBudget missing TTL field", name)
	}
	if _, err := time.ParseDuration(ttl); err != nil {
		return deny(diag.ProfileDuration, "ServiceProfile %q RetryBudget: %v", name, err)
	}
	return nil
}

func floatValue(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	}
	return 0
}
