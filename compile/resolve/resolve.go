// Package resolve decides what the manifests of one cluster mean.
//
// It turns objects as a cluster would hold them into an [ir.Program]: every route attached
// to its parents, every reference followed, every default applied, every list ordered. It
// is the only place that knows Linkerd's rules; what comes before it only reads, what comes
// after it only writes. Each step is a package of its own.
package resolve

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/compile/resolve/inbound"
	"routec.dev/routec/compile/resolve/outbound"
	"routec.dev/routec/compile/resolve/profile"
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/compile/resolve/visible"
	"routec.dev/routec/ir"
)

// Program decides the routing of one cluster. set must be sorted and is not changed.
func Program(set *manifest.Set, mesh manifest.Mesh, report *diag.Report) (*ir.Program, error) {
	networks, err := prefixes(mesh.ClusterNetworks)
	if err != nil {
		return nil, fmt.Errorf("clusterNetworks: %w", err)
	}
	if _, err := prefixes(mesh.ProbeNetworks); err != nil {
		return nil, fmt.Errorf("probeNetworks: %w", err)
	}
	opaque, err := annotation.Ports(strings.Join(mesh.DefaultOpaquePorts, ","))
	if err != nil {
		return nil, fmt.Errorf("defaultOpaquePorts: %w", err)
	}

	servers := inbound.Read(visible.Routing(set, report), mesh, report)
	seen := servers.Visible()
	routes := outbound.Routes(seen)
	board := status.NewBoard(seen, networks, routes)

	out := outbound.Resolve(outbound.Input{
		Set:             seen,
		Board:           board,
		ClusterDomain:   mesh.ClusterDomain,
		ClusterNetworks: networks,
		DefaultOpaque:   opaque,
		AllowL5d:        mesh.AllowL5dRequestHeaders,
	}, routes, outbound.Complain{Report: report})
	in := servers.Resolve(out.Statuses) // after the statuses: a Server serves the routes that it accepts

	program := &ir.Program{
		Settings: ir.Settings{
			ClusterDomain:   mesh.ClusterDomain,
			ClusterNetworks: networks,
			EgressNamespace: mesh.GlobalEgressNetworkNamespace,
		},
		Targets:       out.Targets,
		Workloads:     in.Workloads,
		Absent:        out.Absent,
		AbsentOpaque:  out.AbsentOpaque,
		UndefinedPort: out.UndefinedPort,
		Fallback:      out.Fallback,
		Statuses:      append(out.Statuses, in.Statuses...),
	}
	for i := range seen.EgressNetworks {
		program.Statuses = append(program.Statuses, board.Network(&seen.EgressNetworks[i].Meta))
	}
	program.Statuses = append(program.Statuses, unwritten(set, program.Statuses)...)
	slices.SortFunc(program.Statuses, func(a, b ir.Status) int { return a.Object.Compare(b.Object) })

	profile.Resolve(set, opaque, program, report) // after the tables: profiles and tables decide together who governs
	return program, nil
}

// unwritten returns the empty statuses of the objects that the controller cannot decode.
func unwritten(set *manifest.Set, written []ir.Status) []ir.Status {
	has := map[ir.Ref]bool{}
	for _, s := range written {
		has[s.Object] = true
	}
	var out []ir.Status
	for _, m := range visible.Statused(set) {
		r := m.Ref()
		if !has[r] {
			out = append(out, ir.Status{Object: r, Origin: ir.Origin{Object: r, Place: m.Place}})
		}
	}
	return out
}

// prefixes reads networks; they keep their order, as it is the order of tables.
func prefixes(networks []string) ([]netip.Prefix, error) {
	out := make([]netip.Prefix, 0, len(networks))
	for _, n := range networks {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}
