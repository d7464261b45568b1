package check

import (
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// rank orders the kinds of routes: of two at one parent, the higher is used.
type rank uint8

const (
	tcp rank = iota
	tls
	http
	grpc
)

// A routeView is a route as stored, of any kind.
type routeView struct {
	*manifest.Meta
	rank    rank
	refs    []manifest.ParentRef
	parents []route.Parent // those of kinds that Linkerd serves
	hosts   []string
	rules   int
	status  *ir.Status
	broken  bool // the controller does not convert it: reported already
	each    func(visit func(rule, i int, b *manifest.BackendRef))
}

// outbound reports whether the route has a parent that clients look up.
func (r *routeView) outbound() bool {
	for _, p := range r.parents {
		if p.Ref.Kind != route.Server {
			return true
		}
	}
	return false
}

// readRoutes reads the routes that the controller can decode.
func (in *Input) readRoutes(report *diag.Report) {
	hidden, broken := map[string]bool{}, map[string]bool{}
	for d := range report.All() {
		switch d.Code {
		case diag.ObjectInvisible, diag.WatchKilled:
			hidden[d.Object] = true
		case diag.RouteUnconvertible:
			broken[d.Object] = true
		}
	}
	set := in.Set
	in.routes = make([]routeView, 0, len(set.HTTPRoutes)+len(set.GRPCRoutes)+len(set.TLSRoutes)+len(set.TCPRoutes))
	for i := range set.HTTPRoutes {
		r := &set.HTTPRoutes[i]
		in.addRoute(routeView{Meta: &r.Meta, rank: http, refs: r.Spec.ParentRefs, hosts: texts(r.Spec.Hostnames), rules: len(r.Spec.Rules), each: func(visit func(int, int, *manifest.BackendRef)) {
			for j := range r.Spec.Rules {
				for k := range r.Spec.Rules[j].BackendRefs {
					visit(j, k, &r.Spec.Rules[j].BackendRefs[k].BackendRef)
				}
			}
		}}, hidden, broken)
	}
	for i := range set.GRPCRoutes {
		r := &set.GRPCRoutes[i]
		in.addRoute(routeView{Meta: &r.Meta, rank: grpc, refs: r.Spec.ParentRefs, hosts: texts(r.Spec.Hostnames), rules: len(r.Spec.Rules), each: func(visit func(int, int, *manifest.BackendRef)) {
			for j := range r.Spec.Rules {
				for k := range r.Spec.Rules[j].BackendRefs {
					visit(j, k, &r.Spec.Rules[j].BackendRefs[k].BackendRef)
				}
			}
		}}, hidden, broken)
	}
	for i := range set.TLSRoutes {
		r := &set.TLSRoutes[i]
		in.addRoute(routeView{Meta: &r.Meta, rank: tls, refs: r.Spec.ParentRefs, hosts: texts(r.Spec.Hostnames), rules: len(r.Spec.Rules), each: l4Backends(r.Spec.Rules)}, hidden, broken)
	}
	for i := range set.TCPRoutes {
		r := &set.TCPRoutes[i]
		in.addRoute(routeView{Meta: &r.Meta, rank: tcp, refs: r.Spec.ParentRefs, rules: len(r.Spec.Rules), each: l4Backends(r.Spec.Rules)}, hidden, broken)
	}
}

func (in *Input) addRoute(r routeView, hidden, broken map[string]bool) {
	object := ""
	if len(hidden)+len(broken) > 0 {
		object = r.Identity.String()
	}
	if hidden[object] {
		return
	}
	r.broken = broken[object]
	r.parents = route.Parents(r.Namespace, r.refs)
	r.status = in.status(r.Meta.Ref())
	in.metas[r.Meta.Ref()] = r.Meta
	in.routes = append(in.routes, r)
}

func l4Backends(rules []manifest.L4RouteRule) func(func(int, int, *manifest.BackendRef)) {
	return func(visit func(int, int, *manifest.BackendRef)) {
		for j := range rules {
			for k := range rules[j].BackendRefs {
				visit(j, k, &rules[j].BackendRefs[k])
			}
		}
	}
}

func texts[S ~string](list []S) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

// accepted returns what the controller says of a parent's acceptance; ok is false where it
// says nothing.
func (r *routeView) accepted(p route.Parent) (c ir.Condition, ok bool) {
	if r.status == nil {
		return c, false
	}
	for _, s := range r.status.Parents {
		if s.Parent == p.Ref && (p.Ref.Kind == route.Server || s.HasPort == p.HasPort && int32(s.Port) == p.Port) {
			return s.Conditions[0], true
		}
	}
	return c, false
}

// A decidedRoute is a route in the tables of one target: in the first of them.
type decidedRoute struct {
	target *ir.Target
	table  *ir.Outbound
	*ir.Route
	meta *manifest.Meta
}

// readDecided lists the routes of each target's tables once.
func (in *Input) readDecided() {
	seen := map[ir.Ref]bool{}
	for i := range in.Targets {
		t := &in.Targets[i]
		clear(seen)
		for _, tables := range [][]ir.Outbound{t.Tables, t.Others} {
			for j := range tables {
				o := &tables[j]
				for _, list := range [][]ir.Route{o.Routes, o.OpaqueRoutes} {
					for k := range list {
						r := &list[k]
						object := r.Origin.Object
						if object.Kind == "" || seen[object] || in.metas[object] == nil {
							continue
						}
						seen[object] = true
						in.decided = append(in.decided, decidedRoute{t, o, r, in.metas[object]})
					}
				}
			}
		}
	}
}
