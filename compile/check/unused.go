package check

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// unusedRoutes reports routes that are accepted and in no table, and why: the port is opaque,
// its appProtocol is another, or a higher kind has the port (spec/admission.md SVC-20 to
// SVC-22, L4-10, §13).
func unusedRoutes(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		if r.broken {
			continue
		}
		for _, p := range r.parents {
			t := in.targetOf(p)
			if t == nil || p.Ref.Kind == route.Server {
				continue
			}
			if c, ok := r.accepted(p); ok && c.Status {
				in.unused(r, p, t, report)
			}
		}
	}
}

// A reason is why a port's table is without a route.
type reason struct {
	code  diag.Code
	rival ir.Ref // of a kind, or a TCPRoute, that has the port
	says  string // appProtocol
}

// unused looks at the ports that a parentRef asks for.
func (in *Input) unused(r *routeView, p route.Parent, t *ir.Target, report *diag.Report) {
	ports := t.Ports
	if p.HasPort {
		if s := in.service(p.Ref); s != nil && !hasPort(s, p.Port) {
			return // reported as such
		}
		ports = []uint16{uint16(p.Port)}
	}
	client := ""
	if r.Namespace != t.Ref.Namespace {
		client = r.Namespace
	}
	object := r.Meta.Ref()
	missing := map[reason][]uint16{}
	var order []reason
	n := 0
	for _, port := range ports {
		o := tableOf(t, port, client)
		if o == nil || has(o, object) {
			continue
		}
		why := in.why(t, port, o, r)
		if missing[why] == nil {
			order = append(order, why)
		}
		missing[why] = append(missing[why], port)
		n++
	}
	for _, why := range order {
		if n == len(ports) || why.rival.Kind != "" {
			in.sayUnused(r, p, t, why, missing[why], n == len(ports), report)
		}
	}
}

// tableOf returns the table of a port for the clients of a namespace, or nil.
func tableOf(t *ir.Target, port uint16, client string) *ir.Outbound {
	var out *ir.Outbound
	i, _ := slices.BinarySearchFunc(t.Tables, port, func(o ir.Outbound, port uint16) int { return int(o.Meta.Port) - int(port) })
	for ; i < len(t.Tables) && t.Tables[i].Meta.Port == port; i++ {
		if o := &t.Tables[i]; o.Client == client || o.Client == "" && out == nil {
			out = o
		}
	}
	return out
}

func has(o *ir.Outbound, object ir.Ref) bool {
	is := func(r ir.Route) bool { return r.Origin.Object == object }
	return slices.ContainsFunc(o.Routes, is) || slices.ContainsFunc(o.OpaqueRoutes, is)
}

func (in *Input) why(t *ir.Target, port uint16, o *ir.Outbound, r *routeView) reason {
	rival := ir.Ref{}
	if len(o.Routes) > 0 {
		rival = o.Routes[0].Origin.Object
	}
	says := appProtocol(in.service(t.Ref), port)
	switch {
	case rival.Kind == "TCPRoute" && r.rank == tcp:
		return reason{code: diag.SecondTCPRoute, rival: rival}
	case says != "" && o.Protocol == ir.Opaque:
		return reason{code: diag.RouteOnOpaque, says: says}
	case says != "" && (o.Protocol == ir.HTTP1 || r.rank < http):
		return reason{code: diag.RouteOnProtocol, says: says}
	case says == "" && t.Opaque.Has(port):
		return reason{code: diag.RouteOnOpaque}
	}
	return reason{code: diag.RouteOutranked, rival: rival}
}

func appProtocol(s *manifest.Object[manifest.ServiceSpec], port uint16) string {
	out := ""
	if s != nil {
		for _, p := range s.Spec.Ports {
			if p.Port == int32(port) && p.AppProtocol != nil {
				out = *p.AppProtocol
			}
		}
	}
	return out
}

func (in *Input) sayUnused(r *routeView, p route.Parent, t *ir.Target, why reason, ports []uint16, everywhere bool, report *diag.Report) {
	d := diag.Diagnostic{
		Code: why.code, Severity: diag.Error, Object: r.Identity.String(), At: r.At(index("spec.parentRefs", p.Index)),
	}
	where := fmt.Sprintf("%s of %s", portsInWords(ports), short(t.Ref))
	unused := fmt.Sprintf("so this %s is accepted and not used there", r.Kind)
	switch why.code {
	case diag.RouteOnOpaque:
		in.opaqueReason(&d, t, why, ports, where, unused)
	case diag.RouteOnProtocol:
		serves := "HTTPRoutes only"
		if why.says != "http" {
			serves = "HTTPRoutes and GRPCRoutes only"
		}
		d.Message = fmt.Sprintf("%s declares appProtocol %s, for which Linkerd uses %s, %s", where, why.says, serves, unused)
		d.Help = "remove appProtocol from the port, or attach a route that fits"
		d.Related = in.portPlace(t, ports[0])
	case diag.SecondTCPRoute:
		d.Message = fmt.Sprintf("one TCPRoute a port is used, the oldest: that of %s is %s, %s", where, short(why.rival), unused)
		if rival := in.metas[why.rival]; rival == nil || !known(r.Created, rival.Created) {
			d.Message += "; the manifests do not say which is older, so the cluster may use this one instead"
		}
		d.Help = "keep one TCPRoute for the port"
		d.Related = in.rivalPlace(why.rival)
	case diag.RouteOutranked:
		d.Message = fmt.Sprintf("%s is routed by %s, and no %s is used beside a %s, %s", where, short(why.rival), r.Kind, why.rival.Kind, unused)
		d.Help = "use one kind of route for one port of a Service: a parentRef without a port asks for all of them"
		d.Related = in.rivalPlace(why.rival)
		if !everywhere {
			d.Severity = diag.Warning
		}
	}
	report.Add(d)
}

func (in *Input) opaqueReason(d *diag.Diagnostic, t *ir.Target, why reason, ports []uint16, where, unused string) {
	s := in.service(t.Ref)
	switch {
	case why.says != "":
		d.Message = fmt.Sprintf("%s declares appProtocol %s, which Linkerd takes for opaque TCP, %s", where, why.says, unused)
		d.Help = "write appProtocol: kubernetes.io/h2c for gRPC, http for HTTP/1, or leave it out"
		d.Related = in.portPlace(t, ports[0])
	case s != nil && s.Annotations[annotation.OpaquePorts] != "":
		d.Message = fmt.Sprintf("%s is opaque by %s: %q (which is filled in for default ports where it is not written), %s", where, annotation.OpaquePorts, s.Annotations[annotation.OpaquePorts], unused)
		d.Help = "leave the port out of the annotation, or declare its appProtocol"
		d.Related = in.portPlace(t, ports[0])
	default:
		d.Message = fmt.Sprintf("%s is one of the ports that are opaque by default, %s", where, unused)
		d.Help = "use another port, or declare the appProtocol of this one"
		d.Related = in.portPlace(t, ports[0])
	}
}

// portPlace is where a Service declares a port.
func (in *Input) portPlace(t *ir.Target, port uint16) []diag.Related {
	s := in.service(t.Ref)
	if s == nil {
		return nil
	}
	i := slices.IndexFunc(s.Spec.Ports, func(p manifest.ServicePort) bool { return p.Port == int32(port) })
	if i < 0 {
		return nil
	}
	return []diag.Related{{At: s.At(source.Index("spec.ports", i)), Message: "the port"}}
}

func (in *Input) rivalPlace(rival ir.Ref) []diag.Related {
	m := in.metas[rival]
	if m == nil {
		return nil
	}
	return []diag.Related{{At: m.Place, Message: "the " + rival.Kind + " that is used"}}
}

// noRules reports routes that match nothing because they have no rules (spec/admission.md
// GRPC-19).
func noRules(in *Input, report *diag.Report) {
	said := map[*manifest.Meta]bool{}
	for i := range in.decided {
		d := &in.decided[i]
		if len(d.Rules) > 0 || said[d.meta] || d.table.Protocol == ir.TLS || d.table.Protocol == ir.Opaque {
			continue
		}
		said[d.meta] = true
		effect := "it takes no request, and those that no other route takes are answered 404"
		if d.table.Protocol == ir.GRPC {
			effect = "it takes no request, and those that no other route takes fail with the gRPC status 5 (NotFound)"
		}
		say(report, diag.NoRules, diag.Error, d.meta, "spec",
			fmt.Sprintf("this route has no rules: %s, because %s has no default route beside it", effect, short(d.target.Ref)),
			"add a rule; one without matches takes every request")
	}
}
