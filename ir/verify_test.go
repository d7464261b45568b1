package ir_test

import (
	"strings"
	"testing"

	"routec.dev/routec/ir"
)

func TestVerify(t *testing.T) {
	if err := ir.Verify(program()); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*ir.Program){
		"targets[1] does not come after":                           func(p *ir.Program) { p.Targets = append(p.Targets, p.Targets[0]) },
		"targets[0]: Service faces/smiley: ports[1] does not come": func(p *ir.Program) { p.Targets[0].Ports = []uint16{80, 80} },
		"port 0":                           func(p *ir.Program) { p.Targets[0].Ports = []uint16{0} },
		"a table of another target":        func(p *ir.Program) { p.Targets[0].Tables[0].Meta.Ref.Name = "x" },
		"a template among tables":          func(p *ir.Program) { p.Targets[0].Tables[0].Meta.Port = 0 },
		"no template for every port":       func(p *ir.Program) { p.Targets[0].Others[0].Client = "x" },
		"no template for the opaque ports": func(p *ir.Program) { p.Targets[0].Opaque = ir.PortSet{{First: 1, Last: 2}} },
		"opaque[1] does not come after":    func(p *ir.Program) { p.Targets[0].Opaque = ir.PortSet{{First: 1, Last: 2}, {First: 2, Last: 3}} },
		"a weight that is not used":        func(p *ir.Program) { p.Targets[0].Tables[0].OpaqueRoutes[0].Rules[0].Backends.Backends[0].Weight = 1 },
		"more than one opaque route": func(p *ir.Program) {
			o := &p.Targets[0].Tables[0]
			o.OpaqueRoutes = append(o.OpaqueRoutes, o.OpaqueRoutes[0])
		},
		"an opaque route with a filter":     func(p *ir.Program) { p.Targets[0].Others[0].Routes[0].Rules[0].Filters = []ir.Filter{ir.Empty{}} },
		"an opaque route with matches":      func(p *ir.Program) { p.Targets[0].Others[0].Routes[0].Rules[0].Matches = []ir.Match{{}} },
		"matches on gRPC methods":           func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Matches[0].RPC.Present = true },
		"a header name with capitals":       func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Matches[0].Headers[0].Name = "X" },
		"retry: backoff: min: a duration":   func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Retry.Backoff.Min.Nanos = -1 },
		"timeouts that are not there":       func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Timeouts.Present = false },
		"what only a forward has":           func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Backends.Backends[0].Backend.Weight = 1 },
		"the last does not hold every port": func(p *ir.Program) { p.Workloads[0].Others[0].Ports = nil },
		"authorizations of an outbound":     func(p *ir.Program) { p.Absent.Routes = []ir.Route{{Authorizations: make([]ir.Authorization, 1)}} },
		"fallback: a template with a port":  func(p *ir.Program) { p.Fallback.Meta = ir.Meta{Port: 1} },
		"a default that is a resource":      func(p *ir.Program) { p.Fallback.Meta = ir.Meta{Default: "a", Ref: ir.Ref{Name: "b"}} },
		"protocol 9":                        func(p *ir.Program) { p.Absent.Protocol = 9 },
		"a condition with parts":            func(p *ir.Program) { p.Targets[0].Profiles[0].Routes[0].Condition.Parts = make([]ir.RequestMatch, 1) },
		"a port that is not there":          func(p *ir.Program) { p.Statuses[0].Parents[0].HasPort = false },
		"clusterNetworks[0]: not a network": func(p *ir.Program) {
			p.Settings.ClusterNetworks[0] = p.Settings.ClusterNetworks[0].Masked()
			p.Settings.ClusterNetworks = append(p.Settings.ClusterNetworks[:0], (ir.NetworkMatch{}).Net)
		},
	} {
		p := program()
		spoil(p)
		if err := ir.Verify(p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Origins take no part in equality; everything else does.
func TestEqual(t *testing.T) {
	for name, change := range map[string]struct {
		same bool
		f    func(*ir.Program)
	}{
		"nothing":       {true, func(*ir.Program) {}},
		"route origin":  {true, func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Origin = ir.Origin{} }},
		"decided by":    {true, func(p *ir.Program) { p.Targets[0].Tables[0].DecidedBy = nil }},
		"status origin": {true, func(p *ir.Program) { p.Statuses[0].Origin = ir.Origin{} }},
		"empty list":    {true, func(p *ir.Program) { p.Targets[0].Blocks = []ir.Block{} }},
		"weight":        {false, func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Backends.Backends[0].Weight++ }},
		"filter":        {false, func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Filters[0] = ir.Forbidden{} }},
		"header value":  {false, func(p *ir.Program) { p.Targets[0].Tables[0].Routes[0].Rules[0].Matches[0].Headers[0].Value = "b" }},
		"setting":       {false, func(p *ir.Program) { p.Settings.EgressNamespace = "" }},
		"profile":       {false, func(p *ir.Program) { p.Targets[0].Profiles[0].Routes[0].Retryable = false }},
		"authorization": {false, func(p *ir.Program) { p.Workloads[0].Others[0].Table.Authorizations[0].Clients.Kind = ir.MeshedTLS }},
		"condition":     {false, func(p *ir.Program) { p.Statuses[0].Parents[0].Conditions[0].Message = "x" }},
	} {
		p := program()
		change.f(p)
		if got := ir.Equal(p, program()); got != change.same {
			t.Errorf("%s: equal is %v", name, got)
		}
	}
}
