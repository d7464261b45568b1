package check

import (
	"fmt"
	"net/netip"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// eachMatch visits the matches of every route in a table, outbound or inbound, once. What is
// visited must not be kept.
func (in *Input) eachMatch(visit func(m *routeMatch)) {
	var at routeMatch
	in.eachRoute(func(r *ir.Route, meta *manifest.Meta) {
		for j := range r.Rules {
			for k := range r.Rules[j].Matches {
				at = routeMatch{Match: &r.Rules[j].Matches[k], meta: meta, rule: j, match: k}
				visit(&at)
			}
		}
	})
}

// eachRoute visits every route in a table, outbound or inbound, once.
func (in *Input) eachRoute(visit func(*ir.Route, *manifest.Meta)) {
	seen := make(map[ir.Ref]bool, len(in.decided))
	route := func(r *ir.Route) {
		meta := in.metas[r.Origin.Object]
		if meta == nil || seen[r.Origin.Object] {
			return
		}
		seen[r.Origin.Object] = true
		visit(r, meta)
	}
	for i := range in.decided {
		route(in.decided[i].Route)
	}
	for i := range in.Workloads {
		for j := range in.Workloads[i].Tables {
			routes := in.Workloads[i].Tables[j].Routes
			for k := range routes {
				route(&routes[k])
			}
		}
	}
}

// A routeMatch is a match with where it was written.
type routeMatch struct {
	*ir.Match
	meta        *manifest.Meta
	rule, match int
}

func (m *routeMatch) field(rest string) string {
	return index(index("spec.rules", m.rule)+".matches", m.match) + rest
}

// matches reports conditions that hardly any request meets (spec/admission.md GW-41, GW-44,
// GRPC-06).
func matches(in *Input, report *diag.Report) {
	in.eachMatch(func(m *routeMatch) {
		m.headerTwice(report)
		if strings.HasPrefix(m.RPC.Service, ".") {
			say(report, diag.ServiceDot, diag.Error, m.meta, m.field(".method.service"),
				fmt.Sprintf("no request has a service that begins with a dot, so this match never holds: a client calls /%s/METHOD", m.RPC.Service[1:]),
				"write "+m.RPC.Service[1:])
		}
	})
	for i := range in.routes {
		r := &in.routes[i]
		if r.rank < http || len(r.parents) == 0 {
			continue
		}
		for j, h := range r.hosts {
			if ip, err := netip.ParseAddr(h); err == nil {
				say(report, diag.HostAddress, diag.Warning, r.Meta, index("spec.hostnames", j),
					fmt.Sprintf("%s is compared with the text of a request's authority, not with addresses: only requests to http://%s/ match", ip, ip),
					"write a name, or remove it to match whatever the authority is")
			}
		}
	}
}

// headerTwice reports two exact values for one header, whose names are compared in lower
// case.
func (m *routeMatch) headerTwice(report *diag.Report) {
	for i, h := range m.Headers {
		for _, other := range m.Headers[:i] {
			if h.Name != other.Name || h.Regex || other.Regex || h.Value == other.Value {
				continue
			}
			say(report, diag.HeaderTwice, diag.Error, m.meta, m.field(index(".headers", i)),
				fmt.Sprintf("names of headers are compared in lower case, and both conditions on %s must hold: only a request that sends it twice, as %q and as %q, matches", h.Name, other.Value, h.Value),
				"write two matches, of which one is enough, or remove one of the conditions")
			return
		}
	}
}
