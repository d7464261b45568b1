package webhook

import (
	"fmt"
	"time"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// profileRoute reviews SP-02, SP-03, SP-08 and SP-12 on one route.
func profileRoute(name string, route object) *denial {
	if tree.Text(route, "name") == "" {
		return deny(diag.ProfileRouteName, "ServiceProfile %q has a route with no name", name).at("name")
	}
	if timeout := tree.Text(route, "timeout"); timeout != "" {
		if _, err := time.ParseDuration(timeout); err != nil {
			return deny(diag.ProfileDuration, "ServiceProfile %q has a route with an invalid timeout: %v", name, err).at("timeout")
		}
	}
	if d := conditionError(tree.Child(route, "condition"), requestFields, "A request match must have a field set"); d != nil {
		d.message = fmt.Sprintf("ServiceProfile %q has a route with an invalid condition: %s", name, d.message)
		return d.under("condition")
	}
	classes := tree.List(route, "responseClasses")
	for i := range classes {
		condition := tree.Child(tree.Item(classes, i), "condition")
		if d := conditionError(condition, responseFields, "A response match must have a field set"); d != nil {
			d.message = fmt.Sprintf("ServiceProfile %q has a response class with an invalid condition: %s", name, d.message)
			return d.under(tree.Index("responseClasses", i) + ".condition")
		}
	}
	return nil
}

// conditionError wants a condition to say something, at every depth; an empty list says
// something, an empty text does not.
func conditionError(o object, fields map[string]fieldKind, empty string) *denial {
	o = canonical(o, fields)
	said := false
	for _, name := range []string{"all", "any"} {
		list, ok := o[name].([]any)
		said = said || ok
		for i, child := range list {
			c, ok := child.(object)
			if !ok {
				return deny(diag.ProfileCondition, "null condition %q", name).at(tree.Index(name, i))
			}
			if d := conditionError(c, fields, empty); d != nil {
				return d.under(tree.Index(name, i))
			}
		}
	}
	if status, ok := o["status"].(object); ok {
		if d := statusError(canonical(status, statusFields)); d != nil {
			return d.under("status")
		}
		said = true
	}
	for _, name := range []string{"method", "pathRegex"} {
		v := o[name]
		said = said || v != nil && v != ""
	}
	if not, ok := o["not"].(object); ok {
		if d := conditionError(not, fields, empty); d != nil {
			return d.under("not")
		}
		said = true
	}
	if !said {
		return deny(diag.ProfileCondition, "%s", empty)
	}
	return nil
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
func statusError(o object) *denial {
	min, _ := wholeNumber(o["min"])
	max, _ := wholeNumber(o["max"])
	switch {
	case min != 0 && (min < 100 || min > 599):
		return deny(diag.ProfileStatus, "Range minimum must be between 100 and 599, inclusive").at("min")
	case max != 0 && (max < 100 || max > 599):
		return deny(diag.ProfileStatus, "Range maximum must be between 100 and 599, inclusive").at("max")
	case min != 0 && max != 0 && max < min:
		return deny(diag.ProfileStatus, "Range maximum cannot be smaller than minimum").at("max")
	}
	return nil
}

// retryBudget reviews SP-08 and SP-10.
func retryBudget(name string, budget object) *denial {
	if budget == nil {
		return nil
	}
	if ratio := floatValue(budget["retryRatio"]); ratio < 0 {
		return deny(diag.ProfileBudget, "ServiceProfile %q RetryBudget RetryRatio must be non-negative: %f", name, ratio).at("retryRatio")
	}
	ttl := tree.Text(budget, "ttl")
	if ttl == "" {
		return deny(diag.ProfileDuration, "ServiceProfile %q RetryBudget missing TTL field", name).at("ttl")
	}
	if _, err := time.ParseDuration(ttl); err != nil {
		return deny(diag.ProfileDuration, "ServiceProfile %q RetryBudget: %v", name, err).at("ttl")
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
