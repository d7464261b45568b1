package check

import (
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
)

// nameTies reports TLSRoutes of one server name.
func (in *Input) nameTies(t *ir.Target, o *ir.Outbound, said map[[2]ir.Ref]bool, report *diag.Report) {
	first := map[ir.Host]int{}
	for i := range o.Routes {
		for _, h := range hostsOf(&o.Routes[i]) {
			j, taken := first[h]
			if !taken {
				first[h] = i
				continue
			}
			x, y := &o.Routes[j], &o.Routes[i]
			if i == j || y.Origin.Object.Kind == "" || !undecided(x.Origin, y.Origin) || said[pairOf(x, y)] || sameOutcome(&x.Rules[0], &y.Rules[0]) {
				continue
			}
			said[pairOf(x, y)] = true
			name := h.Name
			if h.Suffix {
				name = "a." + name
			}
			in.tie(x, y, t, &tieWitness{text: "a TLS connection for " + name}, report)
		}
	}
}

// hostsOf are a route's hosts; one without any takes every host.
func hostsOf(r *ir.Route) []ir.Host {
	if len(r.Hosts) == 0 {
		return []ir.Host{{}}
	}
	return r.Hosts
}
