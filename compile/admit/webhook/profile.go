package webhook

import (
	"math"
	"strings"

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
			return d.under(tree.Index("spec.routes", i))
		}
	}
	return retryBudget(id.Name, tree.Child(spec, "retryBudget")).under("spec.retryBudget")
}

const undecodable = "failed to validate ServiceProfile: error unmarshaling JSON: while decoding JSON: "

// decodeProfile finds what the schema takes and the webhook's type does not.
func decodeProfile(spec object) *denial {
	if tree.Has(spec, "opaquePorts") {
		return deny(diag.ProfileOpaquePorts, undecodable+"json: cannot unmarshal array into Go struct field ServiceProfileSpec.spec.opaquePorts of type map[uint32]struct {}").at("spec.opaquePorts")
	}
	if n := tree.Int(tree.Child(spec, "retryBudget"), "minRetriesPerSecond"); n < 0 {
		return deny(diag.ProfileBudget, undecodable+"json: cannot unmarshal number %d into Go struct field RetryBudget.spec.retryBudget.minRetriesPerSecond of type uint32", n).at("spec.retryBudget.minRetriesPerSecond")
	}
	overrides := tree.List(spec, "dstOverrides")
	for i := range overrides {
		if text, ok := tree.Item(overrides, i)["weight"].(string); ok {
			if _, ok := typed.Quantity(text); !ok {
				return deny(diag.ProfileWeight, undecodable+"%q is no resource quantity", text).at(tree.Index("spec.dstOverrides", i) + ".weight")
			}
		}
	}
	routes := tree.List(spec, "routes")
	for i := range routes {
		route := tree.Item(routes, i)
		if d := decodeCondition(route["condition"], requestFields, 0); d != nil {
			return d.under(tree.Index("spec.routes", i) + ".condition")
		}
		classes := tree.List(route, "responseClasses")
		for j := range classes {
			if d := decodeCondition(tree.Item(classes, j)["condition"], responseFields, 0); d != nil {
				return d.under(tree.Index(tree.Index("spec.routes", i)+".responseClasses", j) + ".condition")
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
			return deny(diag.ProfileUnknown, undecodable+"json: unknown field %q", name).at(name)
		}
		if d := decodeField(o[name], kind, fields, depth); d != nil {
			return d.under(name)
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
		for i, child := range list {
			if d := decodeCondition(child, fields, depth+1); d != nil {
				return d.under(tree.Index("", i))
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
			return deny(diag.ProfileUnknown, undecodable+"json: unknown field %q", name).at(name)
		}
		if n, ok := wholeNumber(o[name]); o[name] != nil && (!ok || n < 0 || n > math.MaxUint32) {
			return deny(diag.ProfileStatus, undecodable+"json: cannot unmarshal a value into Go struct field Range.%s of type uint32", name).at(name)
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
