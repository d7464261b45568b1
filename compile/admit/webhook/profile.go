package webhook

import (
	"math"
	"strings"
	"time"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/typed"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// reviewProfile reviews a ServiceProfile (section 10): what its Go type does not decode,
// strictly, and then the rules on its values.
func reviewProfile(id manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	if d := decodeProfile(spec); d != nil {
		return d
	}
	routes := tree.List(spec, "routes")
	for i := range routes {
		if d := profileRoute(id.Name, tree.Item(routes, i)); d != nil {
			return d
		}
	}
	return retryBudget(id.Name, tree.Child(spec, "retryBudget"))
}

const undecodable = "failed to validate ServiceProfile: error unmarshaling JSON: while decoding JSON: "

// decodeProfile finds what the schema takes and the webhook's type does not.
func decodeProfile(spec object) *denial {
	if tree.Has(spec, "opaquePorts") {
		return deny(diag.ProfileOpaquePorts, undecodable+"json: cannot unmarshal array into Go struct field ServiceProfileSpec.spec.opaquePorts of type map[uint32]struct {}")
	}
	if n := tree.Int(tree.Child(spec, "retryBudget"), "minRetriesPerSecond"); n < 0 {
		return deny(diag.ProfileBudget, undecodable+"json: cannot unmarshal number %d into Go struct field RetryBudget.spec.retryBudget.minRetriesPerSecond of type uint32", n)
	}
	overrides := tree.List(spec, "dstOverrides")
	for i := range overrides {
		if text, ok := tree.Item(overrides, i)["weight"].(string); ok {
			if _, ok := typed.Quantity(text); !ok {
				return deny(diag.ProfileWeight, undecodable+"%q is no resource quantity", text)
			}
		}
	}
	routes := tree.List(spec, "routes")
	for i := range routes {
		route := tree.Item(routes, i)
		if d := decodeCondition(route["condition"], requestFields, 0); d != nil {
			return d
		}
		classes := tree.List(route, "responseClasses")
		for j := range classes {
			if d := decodeCondition(tree.Item(classes, j)["condition"], responseFields, 0); d != nil {
				return d
			}
		}
	}
	return nil
}

// deepest bounds how deep conditions may nest, as the API server's decoder does.
const deepest = 10000

// A fieldKind is what a field of a condition holds.
type fieldKind int

const (
	conditionList fieldKind = iota
	condition
	textValue
	statusRange
)

// The fields of conditions.
var (
	requestFields  = map[string]fieldKind{"all": conditionList, "any": conditionList, "not": condition, "pathRegex": textValue, "method": textValue}
	responseFields = map[string]fieldKind{"all": conditionList, "any": conditionList, "not": condition, "status": statusRange}
)

// field finds a field by its name, without the case of letters: Go's decoder does not mind it.
func field(fields map[string]fieldKind, name string) (canonical string, kind fieldKind, ok bool) {
	if kind, ok := fields[name]; ok {
		return name, kind, true
	}
	for canonical, kind := range fields {
		if strings.EqualFold(canonical, name) {
			return canonical, kind, true
		}
	}
	return "", 0, false
}

// decodeCondition reviews SP-04 and SP-06, at any depth.
func decodeCondition(v any, fields map[string]fieldKind, depth int) *denial {
	if v == nil {
		return nil
	}
	o, ok := v.(object)
	if !ok || depth > deepest {
		return deny(diag.ProfileNot, undecodable+"json: cannot unmarshal array into Go struct field of a condition, which is an object")
	}
	for _, name := range tree.Keys(o) {
		_, kind, ok := field(fields, name)
		if !ok {
			return deny(diag.ProfileUnknown, undecodable+"json: unknown field %q", name)
		}
		if d := decodeField(o[name], kind, fields, depth); d != nil {
			return d
		}
	}
	return nil
}

func decodeField(v any, kind fieldKind, fields map[string]fieldKind, depth int) *denial {
	switch kind {
	case condition:
		return decodeCondition(v, fields, depth+1)
	case conditionList:
		list, ok := v.([]any)
		if !ok && v != nil {
			return deny(diag.ProfileCondition, undecodable+"json: cannot unmarshal a value into a list of conditions")
		}
		for _, child := range list {
			if d := decodeCondition(child, fields, depth+1); d != nil {
				return d
			}
		}
	case textValue:
		switch v.(type) {
		case object, []any:
			return deny(diag.ProfileCondition, undecodable+"json: cannot unmarshal a value into a text")
		}
	case statusRange:
		return decodeStatus(v)
	}
	return nil
}

func decodeStatus(v any) *denial {
	if v == nil {
		return nil
	}
	o, ok := v.(object)
	if !ok {
		return deny(diag.ProfileStatus, undecodable+"json: cannot unmarshal a value into a range of statuses")
	}
	for _, name := range tree.Keys(o) {
		if !strings.EqualFold(name, "min") && !strings.EqualFold(name, "max") {
			return deny(diag.ProfileUnknown, undecodable+"json: unknown field %q", name)
		}
		if n, ok := wholeNumber(o[name]); o[name] != nil && (!ok || n < 0 || n > math.MaxUint32) {
			return deny(diag.ProfileStatus, undecodable+"json: cannot unmarshal a value into Go struct field Range.%s of type uint32", name)
		}
	}
	return nil
}

// wholeNumber takes whole floats too.
func wholeNumber(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), v == math.Trunc(v) && math.Abs(v) <= math.MaxUint32
	}
	return 0, false
}

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
