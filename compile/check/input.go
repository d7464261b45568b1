package check

import (
	"slices"
	"sync"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// An Input is what checks read, indexed once.
type Input struct {
	*ir.Program
	Set *manifest.Set

	services map[name]*manifest.Object[manifest.ServiceSpec]
	networks map[name]*manifest.Meta
	servers  map[name]*manifest.Meta
	targets  map[ir.Ref]*ir.Target

	routes  []routeView
	decided []decidedRoute
	metas   map[ir.Ref]*manifest.Meta // of routes

	// Made by the first check that asks.
	viewsOnce     sync.Once
	views         map[*manifest.Meta]*routeView
	namesOnce     sync.Once
	byNamespace   map[string][]string // names of Services
	byServiceName map[string]string   // the first namespace with a Service of that name
}

type name struct{ namespace, name string }

func newInput(p *ir.Program, set *manifest.Set, report *diag.Report) *Input {
	in := &Input{
		Program: p, Set: set,
		services: make(map[name]*manifest.Object[manifest.ServiceSpec], len(set.Services)),
		networks: make(map[name]*manifest.Meta, len(set.EgressNetworks)),
		servers:  make(map[name]*manifest.Meta, len(set.Servers)),
		targets:  make(map[ir.Ref]*ir.Target, len(p.Targets)),
		metas:    map[ir.Ref]*manifest.Meta{},
	}
	for i := range set.Services {
		s := &set.Services[i]
		in.services[name{s.Namespace, s.Name}] = s
	}
	for i := range set.EgressNetworks {
		n := &set.EgressNetworks[i].Meta
		in.networks[name{n.Namespace, n.Name}] = n
	}
	for i := range set.Servers {
		s := &set.Servers[i].Meta
		in.servers[name{s.Namespace, s.Name}] = s
	}
	for i := range p.Targets {
		in.targets[p.Targets[i].Ref] = &p.Targets[i]
	}
	in.readRoutes(report)
	in.readDecided()
	return in
}

// service returns the Service that a reference names, or nil.
func (in *Input) service(r ir.Ref) *manifest.Object[manifest.ServiceSpec] {
	if r.Kind != route.Service {
		return nil
	}
	return in.services[name{r.Namespace, r.Name}]
}

// status returns what the controller would write on an object, or nil.
func (in *Input) status(object ir.Ref) *ir.Status {
	i, found := slices.BinarySearchFunc(in.Statuses, object, func(s ir.Status, r ir.Ref) int { return s.Object.Compare(r) })
	if !found {
		return nil
	}
	return &in.Statuses[i]
}

// say reports a finding on a field of an object.
func say(report *diag.Report, code diag.Code, severity diag.Severity, m *manifest.Meta, field, message, help string, related ...diag.Related) {
	report.Add(diag.Diagnostic{
		Code: code, Severity: severity, Object: m.Identity.String(), At: m.At(field),
		Message: message, Help: help, Related: related,
	})
}

// index appends an index to a field.
func index(field string, i int) string { return source.Index(field, i) }

// annotationField is the field of an annotation.
func annotationField(key string) string { return "metadata.annotations[" + key + "]" }
