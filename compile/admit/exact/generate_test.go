package exact_test

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"routec.dev/routec/compile/admit/tree"
)

// A generator makes objects by a schema: mostly good ones, for a mutation has more to
// break in them.
type generator struct {
	*rand.Rand
	patterns map[string]*regexp.Regexp
}

func newGenerator(seed uint64) *generator {
	return &generator{rand.New(rand.NewPCG(seed, 0)), map[string]*regexp.Regexp{}}
}

// texts are tried for every field of type string; those that its pattern takes are likelier.
var texts = []string{
	"echo", "echo2", "demo", "Service", "Gateway", "gateway.networking.k8s.io", "core", "", "a.example.com", "*.example.com",
	"10.0.0.1", "/", "/a", "/a/", "a", "//", "/a/../b", "/a%2fb", "/a#b", "/.", "/é", "10s", "1h", "500ms", "0s", "1d", "1.5s", "h2c",
	"x-user", "X-User", "x user", "faces.Smiley", ".faces", "Get", "get-it", "1a", "*", "https", "http://a.example.com",
	"https://*.example.com:80", "^a.*$", "(", "Core", "y", "true", "80", "XBackend", "gateway.networking.x-k8s.io",
	"ſ", "a\nb", "Exact", "GET", "DELETE", strings.Repeat("a", 64), strings.Repeat("a.", 126) + "a", strings.Repeat("x", 1025),
	strings.Repeat("é", 4097),
}

var numbers = []any{
	int64(0), int64(1), int64(2), int64(80), int64(80), int64(443), int64(100), int64(200), int64(301), int64(302), int64(303), int64(500),
	int64(65535), int64(65536), int64(-1), int64(1000000), int64(1000001), int64(1) << 31, int64(1) << 40, 1.5, 1e300,
}

func pick[T any](g *generator, list []T) T { return list[g.IntN(len(list))] }

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

// value makes a value by its schema; depth bounds how much is optional.
func (g *generator) value(s map[string]any) any {
	if enum, ok := s["enum"].([]any); ok && !g.chance(30) {
		return pick(g, enum)
	}
	switch s["type"] {
	case "object":
		return g.object(s)
	case "array":
		return g.list(s)
	case "integer", "number":
		return g.number(s)
	case "boolean":
		return !g.chance(4)
	}
	return g.text(s)
}

func (g *generator) object(s map[string]any) map[string]any {
	out := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	union, _ := properties["type"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		must := slices.Contains(required, any(name))
		often := 2
		if union["enum"] != nil && name != "type" {
			often = 6 // the body of a union, which mostly another one is
		}
		if must && !g.chance(60) || g.chance(often) {
			out[name] = g.value(properties[name].(map[string]any))
		}
	}
	if union["enum"] != nil {
		g.body(out, properties)
	}
	return out
}

// body gives a union the body that its type asks for, mostly.
func (g *generator) body(out, properties map[string]any) {
	name, _ := out["type"].(string)
	for _, property := range slices.Sorted(maps.Keys(properties)) {
		if strings.EqualFold(property, name) && !g.chance(10) {
			out[property] = g.value(properties[property].(map[string]any))
		} else if property != "type" && !g.chance(3) && strings.HasSuffix(name, "ef") {
			delete(out, property)
		}
	}
}

func (g *generator) list(s map[string]any) []any {
	least, _ := s["minItems"].(int64)
	most, limited := s["maxItems"].(int64)
	n := int(least) + g.IntN(3)
	if limited && g.chance(60) {
		n = int(min(most, 64)) + g.IntN(2)
	}
	out := make([]any, 0, n)
	items := s["items"].(map[string]any)
	for range n {
		if len(out) > 0 && g.chance(12) {
			out = append(out, tree.Clone(pick(g, out)))
			continue
		}
		if n > 8 && len(out) > 2 {
			out = append(out, tree.Clone(out[0]))
			continue
		}
		out = append(out, g.value(items))
	}
	return out
}

func (g *generator) number(s map[string]any) any {
	for range 8 {
		n := pick(g, numbers)
		least, hasLeast := s["minimum"].(int64)
		most, hasMost := s["maximum"].(int64)
		whole, ok := n.(int64)
		if ok && (!hasLeast || whole >= least) && (!hasMost || whole <= most) || g.chance(80) {
			return n
		}
	}
	return int64(80)
}

func (g *generator) text(s map[string]any) any {
	pattern, _ := s["pattern"].(string)
	re := g.patterns[pattern]
	if re == nil {
		re = regexp.MustCompile(pattern)
		g.patterns[pattern] = re
	}
	least, _ := s["minLength"].(int64)
	most, limited := s["maxLength"].(int64)
	for range 60 {
		text := pick(g, texts)
		fits := re.MatchString(text) && int64(len(text)) >= least && (!limited || int64(len(text)) <= most)
		if fits || g.chance(200) {
			return text
		}
	}
	return "echo"
}

// A slot is a place in a tree whose value can be replaced.
type slot struct {
	get func() any
	set func(any)
	del func()
}

// slots lists the places below v, in a fixed order.
func slots(v any, out []slot) []slot {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, slot{func() any { return v[key] }, func(x any) { v[key] = x }, func() { delete(v, key) }})
			out = slots(v[key], out)
		}
	case []any:
		for i := range v {
			out = append(out, slot{func() any { return v[i] }, func(x any) { v[i] = x }, func() { v[i] = nil }})
			out = slots(v[i], out)
		}
	}
	return out
}

// mutate breaks something, somewhere in the tree.
func (g *generator) mutate(root map[string]any) {
	places := slots(root, nil)
	if len(places) == 0 {
		return
	}
	at := pick(g, places)
	switch old := at.get().(type) {
	case []any:
		switch g.IntN(5) {
		case 0, 1:
			if len(old) > 0 {
				at.set(append(slices.Clone(old), tree.Clone(pick(g, old))))
				return
			}
		case 2:
			at.set([]any{})
			return
		}
	case map[string]any:
		if g.chance(3) {
			old[pick(g, []string{"nmae", "type", "kind", "x"})] = pick(g, []any{"x", int64(1), nil, map[string]any{"a": nil}})
			return
		}
	case string:
		if !g.chance(3) {
			at.set(pick(g, texts))
			return
		}
	case int64:
		if !g.chance(3) {
			at.set(pick(g, numbers))
			return
		}
	}
	switch g.IntN(3) {
	case 0:
		at.del()
	case 1:
		at.set(nil)
	case 2:
		at.set(pick(g, []any{"x", "", int64(5), true, false, 1.5, map[string]any{}, map[string]any{"name": "a"}, []any{}, []any{"a"}, []any{int64(1)}, []any{map[string]any{"name": "a"}}}))
	}
}
