// Package inbound decides the tables of servers: for each port of each workload, which
// Server owns it, who may connect, which routes and which rate limit apply
// (spec/inbound.md §2–§6).
//
// It sees Pods as the policy controller does, after compile/admit/inject, and routes with
// the acceptance that compile/resolve/status decided.
package inbound

import (
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// A Cluster is what the controller can read of a cluster's workloads, Servers and policies.
type Cluster struct {
	set             *manifest.Set
	mesh            manifest.Mesh
	report          *diag.Report
	clusterNetworks []ir.NetworkMatch
	probeNetworks   []ir.NetworkMatch
	onlyDefault     []ir.Route                    // the HTTP routes of a port without probes
	byMode          map[string][]ir.Authorization // of each default policy

	servers  []serverState // by namespace, then by precedence
	byName   map[name]int  // in servers
	spaces   map[string]*space
	external []manifest.Object[manifest.ExternalWorkloadSpec] // readable ones
	limits   []limitState                                     // readable ones
	required map[ir.Ref][]ir.Origin                           // what each AuthorizationPolicy requires
}

// name is a namespaced name.
type name struct{ namespace, name string }

// space is a namespace's share of what relates Servers to workloads.
type space struct {
	servers      []int // in Cluster.servers: those of the namespace, by precedence
	serverLabels *labelIndex
}

// Read decodes Servers, policies and workloads as the controller does, and reports those
// that it cannot read: for every purpose they are not there.
func Read(set *manifest.Set, mesh manifest.Mesh, report *diag.Report) *Cluster {
	c := &Cluster{
		set: set, mesh: mesh, report: report,
		clusterNetworks: networksOf(mesh.ClusterNetworks),
		probeNetworks:   networksOf(mesh.ProbeNetworks),
		onlyDefault:     []ir.Route{defaultHTTP},
		byName:          map[name]int{},
		spaces:          map[string]*space{},
		required:        map[ir.Ref][]ir.Origin{},
	}
	c.byMode = map[string][]ir.Authorization{}
	for _, mode := range modes {
		c.byMode[mode] = c.defaultAuthorizations(mode)
	}
	c.readServers()
	c.readExternal()
	c.readLimits()
	return c
}

// Visible returns the set without the Servers that the controller cannot read: those that
// are left are the parents that routes may have.
func (c *Cluster) Visible() *manifest.Set {
	out := *c.set
	out.Servers = slices.DeleteFunc(slices.Clone(c.set.Servers), func(o manifest.Object[manifest.ServerSpec]) bool {
		_, readable := c.byName[name{o.Namespace, o.Name}]
		return !readable
	})
	return &out
}

// A Result is the inbound part of a program.
type Result struct {
	Workloads []ir.Workload // by [ir.CompareWorkloads]
	Statuses  []ir.Status   // of HTTPLocalRateLimitPolicies, in the order of the set
}

// Resolve decides every inbound table. routes are the statuses of all routes: a route
// counts at the Servers that accept it.
func (c *Cluster) Resolve(routes []ir.Status) Result {
	authorizations := c.authorize()  // policies → what each Server and route lets in
	c.attach(routes, authorizations) // routes → Servers
	statuses := c.limit()            // rate limits → Servers
	workloads := c.workloads()       // Servers → ports of workloads
	return Result{workloads, statuses}
}

func origin(m *manifest.Meta, field string) ir.Origin {
	return ir.Origin{Object: m.Ref(), Place: m.At(field), Created: m.Created}
}

// complain adds a diagnostic about a field of an object.
func (c *Cluster) complain(code diag.Code, severity diag.Severity, m *manifest.Meta, field, message, help string, related ...diag.Related) {
	c.report.Add(diag.Diagnostic{
		Code: code, Severity: severity, Object: m.Identity.String(),
		At: m.At(field), Message: message, Help: help, Related: related,
	})
}
