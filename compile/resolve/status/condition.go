package status

import (
	"net/netip"
	"strings"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/network"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// Types of conditions.
const (
	accepted     = "Accepted"
	resolvedRefs = "ResolvedRefs"
)

// accept judges a parent in the controller's order: existence, validity, conflict.
func (b *Board) accept(k key, rank Rank) ir.Condition {
	c := ir.Condition{Type: accepted, Reason: "NoMatchingParent"}
	exists, valid, message := b.parent(k.parent)
	switch {
	case !exists:
	case !valid:
		c.Message = message
	case b.ranks[k] > rank:
		c.Reason = "RouteReasonConflicted"
	default:
		c.Status, c.Reason = true, "Accepted"
	}
	return c
}

// Exists reports whether there is such a Service, EgressNetwork or Server.
func (b *Board) Exists(r ir.Ref) bool {
	exists, _, _ := b.parent(r)
	return exists
}

func (b *Board) parent(r ir.Ref) (exists, valid bool, message string) {
	switch r.Kind {
	case route.Service:
		valid, exists = b.services[r]
		message = "parent service must have a ClusterIP"
	case route.EgressNetwork:
		valid, exists = b.networks[r]
		message = "EgressNetwork parent has not been accepted"
	case route.Server:
		exists = b.servers[r]
		valid = exists
	}
	return exists, valid, message
}

// resolved judges the backends for one parent: the first that fails decides.
func (b *Board) resolved(r Route, parent ir.Ref) ir.Condition {
	for _, ref := range r.Backends {
		reason, message := b.backend(ref, r.Meta.Namespace, parent)
		if reason != "" {
			return ir.Condition{Type: resolvedRefs, Reason: reason, Message: message}
		}
	}
	return ir.Condition{Type: resolvedRefs, Status: true, Reason: resolvedRefs}
}

func (b *Board) backend(ref route.BackendRef, namespace string, parent ir.Ref) (reason, message string) {
	if ref.Ref.Kind == "" {
		return "InvalidKind", ""
	}
	target := ref.In(namespace) // the route's own namespace, contrary to what tables do
	switch target.Kind {
	case route.Service:
		if _, exists := b.services[target]; !exists {
			return "BackendNotFound", ""
		}
	case route.EgressNetwork:
		if _, exists := b.networks[target]; !exists {
			return "BackendNotFound", ""
		}
		if target != parent {
			return "InvalidKind", "EgressNetwork backend needs to be on a route that has an EgressNetwork parent"
		}
	}
	return "", ""
}

// validParent reports whether a Service can be a parent: it has, or will be given, a
// cluster IP, and is no ExternalName (spec/outbound.md §1.4, §2.3).
func validParent(s manifest.ServiceSpec) bool {
	return !strings.EqualFold(s.ClusterIP, "None") && s.Type != "ExternalName"
}

// overlaps reports whether any network holds a cluster network, or lies in one, without an
// exception that holds the whole cluster network.
func overlaps(networks []manifest.Network, cluster []netip.Prefix) bool {
	for _, n := range networks {
		block, err := network.Parse(n.CIDR)
		if err != nil {
			continue // such an EgressNetwork is invisible and was left out before
		}
		for _, c := range cluster {
			if (network.Contains(c, block) || network.Contains(block, c)) && !excepted(n.Except, c) {
				return true
			}
		}
	}
	return false
}

func excepted(except []string, c netip.Prefix) bool {
	for _, e := range except {
		if p, err := network.Parse(e); err == nil && network.Contains(p, c) {
			return true
		}
	}
	return false
}
