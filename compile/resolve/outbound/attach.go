package outbound

import (
	"slices"

	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/ir"
)

// ports says at which ports of a target a route is attached.
type ports struct {
	all      bool
	specific []uint16 // ascending; in addition to nothing when all
}

func (p ports) has(port uint16) bool {
	return p.all || slices.Contains(p.specific, port)
}

func (p ports) none() bool { return !p.all && len(p.specific) == 0 }

// attachment decides at which ports of a target a route with these parents and status
// entries is attached: the settled rule of spec/outbound.md §2.5. The namespaces of status
// entries are never compared, so that an accepted parent can admit a sibling of the same
// name. starved says that a port-less parentRef asks for more ports than entries cover.
func attachment(target ir.Ref, parents []route.Parent, entries []status.Entry) (at ports, starved bool) {
	var explicit []uint16
	everywhere := false
	for _, p := range parents {
		if p.Ref.Kind == route.Server || p.Ref.Name != target.Name || p.Ref.Namespace != target.Namespace {
			continue
		}
		port, named := indexPort(p)
		switch {
		case named && p.Ref.Kind == target.Kind:
			explicit = append(explicit, port)
		case !named && accepts(entries, route.Service, target.Name):
			everywhere = true // whatever the parent's own kind is
		}
	}
	covered := coverage(entries, target.Kind, target.Name)
	if everywhere {
		return covered, !covered.all
	}
	for _, port := range explicit {
		if covered.has(port) && !slices.Contains(at.specific, port) {
			at.specific = append(at.specific, port)
		}
	}
	slices.Sort(at.specific)
	return at, false
}

// indexPort returns a parentRef's port as the index reads it: outside of 1 to 65535 is none.
func indexPort(p route.Parent) (port uint16, named bool) {
	if !p.HasPort || p.Port < 1 || p.Port > 65535 {
		return 0, false
	}
	return uint16(p.Port), true
}

func accepts(entries []status.Entry, kind, name string) bool {
	return slices.ContainsFunc(entries, func(e status.Entry) bool {
		return e.Accepted && e.Parent.Kind == kind && e.Parent.Name == name
	})
}

// coverage returns the ports that accepted entries of that kind and name let in.
func coverage(entries []status.Entry, kind, name string) ports {
	var out ports
	for _, e := range entries {
		switch {
		case !e.Accepted || e.Parent.Kind != kind || e.Parent.Name != name:
		case !e.HasPort:
			return ports{all: true}
		case !slices.Contains(out.specific, e.Port):
			out.specific = append(out.specific, e.Port)
		}
	}
	slices.Sort(out.specific)
	return out
}
