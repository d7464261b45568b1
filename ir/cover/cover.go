// Package cover says which parts of the manifests requests have reached: rules, matches,
// filters, backends and authorizations, by exact evaluation of each request.
//
// A part counts as reached only by what decided a request: the rule that won, the match by
// which it won, the filters that ran, the authorization that let the client in. A rule that
// was looked at and lost is not reached. Among several backends chance decides, so that one
// of them counts only for who says what it expects of it.
//
// [Coverage.Generate] finds requests that reach the rest, or says what hides it.
package cover

import (
	"cmp"
	"slices"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// Kind says what a part is.
type Kind uint8

const (
	Rule Kind = iota // of a route, or a route of a ServiceProfile
	Match
	Filter
	Backend // of a rule, or an override of a ServiceProfile
	Authorization
)

// Kinds are all kinds, in the order of reports.
var Kinds = [...]Kind{Rule, Match, Filter, Backend, Authorization}

// String returns the kind in a word.
func (k Kind) String() string {
	return [...]string{"rule", "match", "filter", "backend", "authorization"}[k]
}

// An ID names a part: a field of an object, whichever tables it ends in.
type ID struct {
	Object ir.Ref
	Field  string
}

// A Part is something in a manifest that a request can reach.
type Part struct {
	ID
	Kind  Kind
	Place source.Place
	Rule  int // index in spec.rules, or a profile's spec.routes; -1 for an authorization
	Hits  int // requests that reached it

	ways []way // how it can be reached
}

// A Coverage is what of a program has been reached. It is not safe for concurrent use.
type Coverage struct {
	Parts []*Part // by file, document, then as in the object

	byID  map[ID]*Part
	trial map[ID]bool // not nil: what is reached goes here, and is not counted
}

// Of lists the parts of a program, none of them reached. What the control plane adds by
// itself is in no manifest, and is no part.
func Of(p *ir.Program) *Coverage {
	c := &Coverage{byID: map[ID]*Part{}}
	for i := range p.Targets {
		c.target(&p.Targets[i])
	}
	for i := range p.Workloads {
		c.workload(&p.Workloads[i])
	}
	slices.SortStableFunc(c.Parts, compare)
	return c
}

func compare(a, b *Part) int {
	return cmp.Or(
		cmp.Compare(file(a.Place), file(b.Place)),
		cmp.Compare(line(a.Place), line(b.Place)),
		a.Object.Compare(b.Object),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Kind, b.Kind),
	)
}

func file(p source.Place) string {
	if p.Doc == nil {
		return ""
	}
	return p.Doc.File
}

func line(p source.Place) int {
	if p.Doc == nil {
		return 0
	}
	return p.Doc.Line
}

// Part returns the part of that name, or nil.
func (c *Coverage) Part(id ID) *Part { return c.byID[id] }

// Covered returns how many parts have been reached, and how many there are.
func Covered(parts []*Part) (reached, all int) {
	for _, p := range parts {
		if p.Hits > 0 {
			reached++
		}
	}
	return reached, len(parts)
}

// add takes in a part, or another way to one that is known.
func (c *Coverage) add(object ir.Ref, place source.Place, kind Kind, rule int, w way) {
	id := ID{object, place.Field}
	p := c.byID[id]
	if p == nil {
		p = &Part{ID: id, Kind: kind, Place: place, Rule: rule}
		c.byID[id] = p
		c.Parts = append(c.Parts, p)
	}
	p.ways = append(p.ways, w)
}

func (c *Coverage) target(t *ir.Target) {
	for _, tables := range [][]ir.Outbound{t.Tables, t.Others} {
		for i := range tables {
			o := &tables[i]
			w := way{target: t, outbound: o}
			c.routes(o.Routes, w)
			if o.Protocol == ir.Detect {
				w.opaque = true
				c.routes(o.OpaqueRoutes, w)
			}
		}
	}
	for i := range t.Profiles {
		c.profile(t, &t.Profiles[i])
	}
}

func (c *Coverage) profile(t *ir.Target, p *ir.Profile) {
	for i := range p.Routes {
		w := way{target: t, profile: p, rule: i, match: -1}
		c.addOrigin(p.Routes[i].Origin, Rule, i, w)
	}
	at := profileOrigin(p)
	for i := range p.Overrides {
		if at.Place.Doc != nil && p.Overrides[i].Usable() {
			c.add(at.Object, at.Place.Sub(overrideField(i)), Backend, len(p.Routes), way{target: t, profile: p, rule: -1, match: -1})
		}
	}
}

func (c *Coverage) addOrigin(o ir.Origin, kind Kind, rule int, w way) {
	if o.Place.Doc != nil {
		c.add(o.Object, o.Place, kind, rule, w)
	}
}

func (c *Coverage) workload(wl *ir.Workload) {
	for i := range wl.Tables {
		c.inbound(wl, &wl.Tables[i], wl.Tables[i].Port)
	}
	for i := range wl.Others {
		o := &wl.Others[i]
		c.inbound(wl, &o.Table, representative(wl, o.Ports))
	}
}

func (c *Coverage) inbound(wl *ir.Workload, t *ir.Inbound, port uint16) {
	w := way{workload: wl, inbound: t, port: port}
	c.authorizations(t.Authorizations, w, -1)
	c.routes(t.Routes, w)
	for i := range t.Routes {
		c.authorizations(t.Routes[i].Authorizations, w, i)
	}
}

func (c *Coverage) authorizations(list []ir.Authorization, w way, route int) {
	for i := range list {
		w.authorization, w.route = &list[i], route
		c.addOrigin(list[i].Origin, Authorization, -1, w)
	}
}

// routes takes in what routes are made of. In a table of the control plane's making, or one
// that was read from a bundle without origins, nothing was written anywhere.
func (c *Coverage) routes(routes []ir.Route, w way) {
	for i := range routes {
		r := &routes[i]
		if r.Origin.Place.Doc == nil {
			continue
		}
		for j := range r.Rules {
			w.route, w.rule, w.match, w.in = i, j, -1, r
			c.rule(r, j, w)
		}
	}
}

func (c *Coverage) rule(r *ir.Route, j int, w way) {
	rule := &r.Rules[j]
	add := func(kind Kind, s eval.Site, w way) {
		s.Route, s.Rule = r, j
		c.add(r.Origin.Object, s.Place(), kind, j, w)
	}
	add(Rule, eval.Site{Kind: eval.OfRule}, w)
	for k := range rule.Matches {
		m := w
		m.match = k
		add(Match, eval.Site{Kind: eval.OfMatch, Match: k}, m)
	}
	for k := range rule.Filters {
		add(Filter, eval.Site{Kind: eval.OfFilter, Index: k}, w)
	}
	if !written(rule.Backends) {
		return
	}
	for k := range rule.Backends.Backends {
		b := &rule.Backends.Backends[k]
		add(Backend, eval.Site{Kind: eval.OfBackend, Backend: k}, w)
		for f := range own(b) {
			add(Filter, eval.Site{Kind: eval.OfBackendFilter, Backend: k, Index: f}, w)
		}
	}
}

// written reports whether a distribution stands in the manifest: of a rule without
// backendRefs, the target itself is the only backend.
func written(d ir.Distribution) bool { return d.Kind == ir.RandomAvailable }

// own returns the filters that a backend has by its manifest: one that cannot be reached
// has lost them to a failure.
func own(b *ir.Weighted) []ir.Filter {
	if b.Kind == ir.Failing {
		return nil
	}
	return b.Filters
}

// representative returns a port of a set that stands for all, one that the workload declares
// if there is one.
func representative(wl *ir.Workload, ports ir.PortSet) uint16 {
	for _, p := range wl.Ports {
		if ports.Has(p.Port) {
			return p.Port
		}
	}
	for _, likely := range [...]uint16{8080, 80} {
		if ports.Has(likely) {
			return likely
		}
	}
	if len(ports) == 0 {
		return 0
	}
	return max(ports[0].First, 1)
}
