package profile

import (
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/source"
)

// This file reports conditions of which the proxy drops a part (spec/profiles.md §3.3):
// what becomes of the rest depends on where the part stands.

// A spot says where a condition stands, so that the effect of dropping it can be told.
type spot struct {
	whole   string // what disappears with it: "the route", "the response class"
	list    string // the innermost "all" or "any" that it is a part of; else empty
	negated bool   // that list lies below an odd number of nots
	nots    bool   // so would a list in this spot
}

// lost says what follows when the condition there is dropped.
func (s spot) lost() string {
	switch {
	case s.list == "":
		return s.whole + " disappears"
	case (s.list == "all") != s.negated:
		return "this part is left out, and the rest matches more than it should"
	}
	return "this part is left out, and the rest matches less than it should"
}

func (s spot) in(list string) spot {
	s.list, s.negated = list, s.nots
	return s
}

func (s spot) not() spot {
	s.nots = !s.nots
	return s
}

func (f *finder) conditions(sp *converted) {
	for i, r := range sp.spec.Routes {
		at := source.Index("spec.routes", i)
		f.request(sp, r.Condition, at+".condition", spot{whole: "the route"})
		for j, class := range r.ResponseClasses {
			f.response(sp, class.Condition, source.Index(at+".responseClasses", j)+".condition", spot{whole: "the response class"})
		}
	}
}

// request reports on a condition on requests. Several fields in one mean all of them.
func (f *finder) request(sp *converted, m *manifest.RequestMatch, at string, where spot) {
	if m == nil {
		return
	}
	if several(m.All != nil, m.Any != nil, m.Method != "", m.Not != nil, m.PathRegex != "") {
		where = where.in("all")
	}
	for _, l := range []struct {
		name  string
		parts []*manifest.RequestMatch
	}{{"all", m.All}, {"any", m.Any}} {
		if l.parts != nil && len(l.parts) == 0 {
			f.emptyList(sp, at, l.name)
		}
		for i, part := range l.parts {
			f.request(sp, part, source.Index(source.Join(at, l.name), i), where.in(l.name))
		}
	}
	f.request(sp, m.Not, source.Join(at, "not"), where.not())
	f.method(sp, m.Method, source.Join(at, "method"), where)
	f.path(sp, m.PathRegex, source.Join(at, "pathRegex"), where)
}

func several(fields ...bool) bool {
	n := 0
	for _, set := range fields {
		if set {
			n++
		}
	}
	return n > 1
}

func (f *finder) emptyList(sp *converted, at, list string) {
	truth := map[string]string{"all": "every request", "any": "no request, but still makes the ServiceProfile govern"}[list]
	f.say(sp, diag.EmptyConditions, diag.Warning, source.Join(at, list), "the list is empty, so it matches "+truth, "list a condition, or remove the field")
}

func (f *finder) method(sp *converted, method, at string, where spot) {
	if method == "" || ir.IsMethod(strings.ToUpper(method)) {
		return
	}
	f.say(sp, diag.MethodUnusable, diag.Warning, at,
		fmt.Sprintf("the proxy takes no HTTP method from %q, so %s", clip(method), where.lost()), "write a method such as GET, without spaces")
}

func (f *finder) path(sp *converted, pattern, at string, where spot) {
	if pattern == "" {
		return
	}
	anchored := ir.AnchoredPath(pattern)
	if err := automata.Check(anchored); err != nil {
		f.say(sp, diag.PathUncompilable, diag.Error, at,
			fmt.Sprintf("the proxy cannot compile the pattern (%v), so %s", err, where.lost()),
			"write a regular expression of Rust's dialect: {id} is [^/]+ there, and a literal brace is \\{")
		return
	}
	if why := slipped(strings.TrimSpace(pattern)); why != "" {
		f.say(sp, diag.PathUnanchored, diag.Warning, at,
			fmt.Sprintf("the proxy compiles this as %s, in which %s", verbatim(clip(anchored)), why), "write it as ^(…)$, with the alternatives in the parentheses")
	}
}

// verbatim quotes a pattern without doubling its backslashes, where it can be printed at all.
func verbatim(s string) string {
	if strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// response reports on a condition on responses. A list that loses all its parts is lost.
func (f *finder) response(sp *converted, m *manifest.ResponseMatch, at string, where spot) {
	if m == nil {
		return
	}
	if several(m.All != nil, m.Any != nil, m.Status != nil, m.Not != nil) {
		where = where.in("all")
	}
	for _, l := range []struct {
		name  string
		parts []*manifest.ResponseMatch
	}{{"all", m.All}, {"any", m.Any}} {
		if l.parts != nil && len(l.parts) == 0 {
			f.say(sp, diag.EmptyConditions, diag.Warning, source.Join(at, l.name), "the list is empty, so "+where.lost(), "list a condition, or remove the field")
		}
		inner := where
		if len(l.parts) > 1 {
			inner = where.in(l.name)
		}
		for i, part := range l.parts {
			f.response(sp, part, source.Index(source.Join(at, l.name), i), inner)
		}
	}
	f.response(sp, m.Not, source.Join(at, "not"), where.not())
	if s := m.Status; s != nil && (s.Min == 0 || s.Max == 0) {
		f.say(sp, diag.StatusOneSided, diag.Error, source.Join(at, "status"),
			"the range has one end only, which the proxy does not take, so "+where.lost(), "write both min and max")
	}
}
