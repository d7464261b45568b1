package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// networks reports EgressNetworks that are not accepted, and those of equal size that hold one
// address, of which the older is used (spec/admission.md EGN-03, spec/outbound.md §8.3).
func networks(in *Input, report *diag.Report) {
	for i := range in.Set.EgressNetworks {
		n := &in.Set.EgressNetworks[i]
		s := in.status(n.Ref())
		if s == nil || len(s.Conditions) == 0 || s.Conditions[0].Status {
			continue
		}
		field := "spec"
		if n.Spec.Networks != nil {
			field = "spec.networks"
		}
		message := "these networks overlap the cluster's own, so Linkerd does not accept this EgressNetwork, and no route on it is used"
		var related []diag.Related
		for _, r := range in.onNetwork(n.Ref()) {
			related = append(related, diag.Related{At: r.Place, Message: "this " + r.Kind + " is not used"})
		}
		say(report, diag.NetworkOverlaps, diag.Error, &n.Meta, field, message,
			"except the cluster networks, "+strings.Join(in.clusterNetworks(), ", ")+", from each block that holds them", related...)
	}
	networkTies(in, report)
	hidingNetworks(in, report)
}

// onNetwork lists a few routes with a parent.
func (in *Input) onNetwork(ref ir.Ref) []*routeView {
	const most = 5
	var out []*routeView
	for i := range in.routes {
		r := &in.routes[i]
		if len(out) < most && slices.ContainsFunc(r.parents, func(p route.Parent) bool { return p.Ref == ref }) {
			out = append(out, r)
		}
	}
	return out
}

func (in *Input) clusterNetworks() []string {
	var out []string
	for _, n := range in.Settings.ClusterNetworks {
		out = append(out, n.String())
	}
	return out
}

// maxNetworks bounds the networks that are looked up by address.
const maxNetworks = 200

// A blockKey is a block of a namespace's networks.
type blockKey struct {
	namespace string
	net       netip.Prefix
}

func networkTies(in *Input, report *diag.Report) {
	holders := map[blockKey]*ir.Target{}
	said := map[[2]ir.Ref]bool{}
	for i := range in.Targets {
		t := &in.Targets[i]
		if t.Ref.Kind != route.EgressNetwork {
			continue
		}
		for _, b := range t.Blocks {
			k := blockKey{t.Ref.Namespace, b.Net}
			other := holders[k]
			if other == nil {
				holders[k] = t
				continue
			}
			pair := [2]ir.Ref{other.Ref, t.Ref}
			if other != t && !known(other.Created, t.Created) && !said[pair] && len(said) < maxNetworks {
				said[pair] = in.networkTie(other, t, b, report)
			}
		}
	}
}

// networkTie reports two networks with one block, at an address that both hold and one of
// them is used for.
func (in *Input) networkTie(a, b *ir.Target, block ir.Block, report *diag.Report) bool {
	for _, ip := range []netip.Addr{netip.MustParseAddr("203.0.113.1"), block.Net.Addr(), block.Net.Addr().Next()} {
		if !ip.IsValid() || !block.Holds(ip) {
			continue
		}
		used, err := in.OutboundAddr(netip.AddrPortFrom(ip, 443), a.Ref.Namespace)
		if err != nil || used.Meta.Ref != a.Ref && used.Meta.Ref != b.Ref {
			continue
		}
		report.Add(diag.Diagnostic{
			Code: diag.NetworksTie, Severity: diag.Warning, Object: manifest.Named(b.Ref).String(), At: b.Origin.Place.Sub("spec"),
			Message: fmt.Sprintf("%s and %s both hold %s in a block of one size, so the older of them is used for it, and the manifests do not say which that is", short(a.Ref), short(b.Ref), ip),
			Related: []diag.Related{{At: a.Origin.Place.Sub("spec"), Message: "the other EgressNetwork"}},
			Help:    "make one block smaller than the other, or join the two networks",
		})
		return true
	}
	return false
}

// known reports whether two creation times decide who is older.
func known(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && !a.Equal(b) }

// hidingNetworks reports namespaces whose own EgressNetworks hide the global ones, also for
// addresses that they do not hold (spec/outbound.md §8.3, §10 Q35).
func hidingNetworks(in *Input, report *diag.Report) {
	global := in.Settings.EgressNamespace
	own := map[string]*ir.Target{}
	var namespaces []string
	var globals []*ir.Target
	for i := range in.Targets {
		t := &in.Targets[i]
		switch {
		case t.Ref.Kind != route.EgressNetwork:
		case t.Ref.Namespace == global:
			globals = append(globals, t)
		case own[t.Ref.Namespace] == nil:
			own[t.Ref.Namespace] = t
			namespaces = append(namespaces, t.Ref.Namespace)
		}
	}
	if len(globals) == 0 {
		return
	}
	for _, namespace := range namespaces[:min(len(namespaces), maxNetworks)] {
		in.hidden(own[namespace], globals, report)
	}
}

// hidden reports one network of a namespace, at an address that only a global network holds.
func (in *Input) hidden(t *ir.Target, globals []*ir.Target, report *diag.Report) {
	const tried = 8
	n := 0
	for _, g := range globals {
		for _, b := range g.Blocks {
			if n++; n > tried {
				return
			}
			ip := b.Net.Addr().Next()
			if !ip.IsValid() || !b.Holds(ip) {
				continue
			}
			at := netip.AddrPortFrom(ip, 443)
			here, err := in.OutboundAddr(at, t.Ref.Namespace)
			if err != nil || here.Meta.Default == "" {
				continue
			}
			if elsewhere, err := in.OutboundAddr(at, g.Ref.Namespace); err != nil || elsewhere.Meta.Ref.Namespace != g.Ref.Namespace {
				continue
			}
			report.Add(diag.Diagnostic{
				Code: diag.NetworksHidden, Severity: diag.Info, Object: manifest.Named(t.Ref).String(), At: t.Origin.Place.Sub("spec"),
				Message: fmt.Sprintf("clients in %s have EgressNetworks of their own, so those of %s do not apply to them: %s is held by none of their own, and connections to it leave the cluster as if there were no EgressNetwork at all, not by %s", t.Ref.Namespace, g.Ref.Namespace, ip, short(g.Ref)),
				Related: []diag.Related{{At: g.Origin.Place, Message: "the network that does not apply"}},
				Help:    "repeat the global networks in " + t.Ref.Namespace + ", if they are to apply there",
			})
			return
		}
	}
}
