package profile

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// A fault is a field that somebody downstream cannot take, and why.
type fault struct {
	field string // path in the object
	why   string
}

// read decodes a stored spec as the destination controller's typed client does: names are
// case-sensitive, unknown ones are ignored, null is absent, and a value of the wrong type
// is a fault. One fault makes the list of all ServiceProfiles undecodable
// (spec/profiles.md §5.4).
func read(stored manifest.StoredProfile) (manifest.ServiceProfileSpec, []fault) {
	r := &reader{}
	spec := map[string]any(stored)
	var out manifest.ServiceProfileSpec
	out.Routes = list(r, spec, "spec", "routes", (*reader).route)
	out.RetryBudget = pointer(r, spec, "spec", "retryBudget", (*reader).budget)
	out.DstOverrides = list(r, spec, "spec", "dstOverrides", (*reader).override)
	r.opaquePorts(spec, "spec")
	return out, r.faults
}

// A reader collects what does not decode.
type reader struct{ faults []fault }

func (r *reader) fail(field, want string, v any) {
	r.faults = append(r.faults, fault{field, fmt.Sprintf("%s where %s must stand", describe(v), want)})
}

func describe(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "the text " + strconv.Quote(clip(v))
	}
	return fmt.Sprintf("the unquoted value %v", v)
}

// clip shortens a text of the user's for a message.
func clip(s string) string {
	const longest = 60
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + "…"
}

// list reads a list of pointers: nil when absent, with nil for each null item.
func list[T any](r *reader, from map[string]any, at, name string, item func(*reader, map[string]any, string) T) []*T {
	field := source.Join(at, name)
	var items []any
	switch v := from[name].(type) {
	case nil:
		return nil
	case []any:
		items = v
	default:
		r.fail(field, "a list", v)
		return nil
	}
	out := make([]*T, len(items))
	for i := range items {
		out[i] = decoded(r, items[i], source.Index(field, i), item)
	}
	return out
}

func pointer[T any](r *reader, from map[string]any, at, name string, item func(*reader, map[string]any, string) T) *T {
	return decoded(r, from[name], source.Join(at, name), item)
}

func decoded[T any](r *reader, v any, field string, item func(*reader, map[string]any, string) T) *T {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		value := item(r, v, field)
		return &value
	default:
		r.fail(field, "an object", v)
		return nil
	}
}

func (r *reader) route(m map[string]any, at string) manifest.ProfileRoute {
	return manifest.ProfileRoute{
		Name:            r.text(m, at, "name"),
		Condition:       pointer(r, m, at, "condition", (*reader).requestMatch),
		ResponseClasses: list(r, m, at, "responseClasses", (*reader).class),
		IsRetryable:     r.boolean(m, at, "isRetryable"),
		Timeout:         r.text(m, at, "timeout"),
	}
}

func (r *reader) requestMatch(m map[string]any, at string) manifest.RequestMatch {
	return manifest.RequestMatch{
		All:       list(r, m, at, "all", (*reader).requestMatch),
		Any:       list(r, m, at, "any", (*reader).requestMatch),
		Not:       pointer(r, m, at, "not", (*reader).requestMatch),
		PathRegex: r.text(m, at, "pathRegex"),
		Method:    r.text(m, at, "method"),
	}
}

func (r *reader) class(m map[string]any, at string) manifest.ResponseClass {
	return manifest.ResponseClass{
		Condition: pointer(r, m, at, "condition", (*reader).responseMatch),
		IsFailure: r.boolean(m, at, "isFailure"),
	}
}

func (r *reader) responseMatch(m map[string]any, at string) manifest.ResponseMatch {
	return manifest.ResponseMatch{
		All:    list(r, m, at, "all", (*reader).responseMatch),
		Any:    list(r, m, at, "any", (*reader).responseMatch),
		Not:    pointer(r, m, at, "not", (*reader).responseMatch),
		Status: pointer(r, m, at, "status", (*reader).bounds),
	}
}

func (r *reader) bounds(m map[string]any, at string) manifest.StatusBounds {
	return manifest.StatusBounds{Min: r.uint32(m, at, "min"), Max: r.uint32(m, at, "max")}
}

func (r *reader) budget(m map[string]any, at string) manifest.RetryBudget {
	return manifest.RetryBudget{
		RetryRatio:          r.float32(m, at, "retryRatio"),
		MinRetriesPerSecond: r.uint32(m, at, "minRetriesPerSecond"),
		TTL:                 r.text(m, at, "ttl"),
	}
}

func (r *reader) override(m map[string]any, at string) manifest.WeightedDst {
	weight := m["weight"]
	if _, err := quantity(weight); err != nil {
		r.faults = append(r.faults, fault{source.Join(at, "weight"), err.Error()})
	}
	return manifest.WeightedDst{Authority: r.text(m, at, "authority"), Weight: weight}
}

// opaquePorts checks a field whose value the controller always overwrites: it must decode
// all the same, into a map of port numbers (spec/profiles.md §1.7, §2.7).
func (r *reader) opaquePorts(m map[string]any, at string) {
	field := source.Join(at, "opaquePorts")
	switch v := m["opaquePorts"].(type) {
	case nil:
	case map[string]any:
		for port := range v {
			if _, err := strconv.ParseUint(port, 10, 32); err != nil {
				r.faults = append(r.faults, fault{field, "a key that is no port number"})
				return
			}
		}
	default:
		r.fail(field, "an object", v)
	}
}

func (r *reader) text(m map[string]any, at, name string) string {
	v, ok := m[name].(string)
	if !ok && m[name] != nil {
		r.fail(source.Join(at, name), "text", m[name])
	}
	return v
}

func (r *reader) boolean(m map[string]any, at, name string) bool {
	v, ok := m[name].(bool)
	if !ok && m[name] != nil {
		r.fail(source.Join(at, name), "true or false", m[name])
	}
	return v
}

func (r *reader) uint32(m map[string]any, at, name string) uint32 {
	if m[name] == nil {
		return 0
	}
	text, _ := literal(m[name])
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		r.fail(source.Join(at, name), "a whole number from 0 to 4294967295", m[name])
		return 0
	}
	return uint32(n)
}

func (r *reader) float32(m map[string]any, at, name string) float32 {
	if m[name] == nil {
		return 0
	}
	text, _ := literal(m[name])
	f, err := strconv.ParseFloat(text, 32)
	if err != nil {
		r.fail(source.Join(at, name), "a number that fits 32 bits", m[name])
		return 0
	}
	return float32(f)
}

// literal returns a number as JSON writes it: decoders look at the text, so that 1.5e1 is
// no whole number, and a float is rounded once.
func literal(v any) (text string, ok bool) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), true
	case int64, float64:
		text, err := json.Marshal(v)
		return string(text), err == nil
	}
	return "", false
}
