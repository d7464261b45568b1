// Package exact judges custom resources by the CRDs that a cluster really has, with the
// API server's own library: structural schemas, pruning, defaulting, list types and
// compiled CEL rules.
//
// It is the slow twin of package crd, which knows the same kinds by heart. What is not in
// a CRD stays with package admit: the metadata of objects, and Linkerd's webhooks.
// CRDs are read when an [Engine] is opened; a version is compiled when the first object of
// it is judged, once, and then shared (spec/admission.md §16.2).
package exact

import (
	"slices"

	"k8s.io/apimachinery/pkg/version"

	"routec.dev/routec/compile/manifest"
)

// An Engine holds the CRDs of one cluster. It is safe for concurrent use.
type Engine struct {
	kinds map[kindName][]*Version // served versions, newest first
}

// A kindName is a group and a kind.
type kindName struct{ group, kind string }

// Has reports whether there is a CRD of the group. Such a group is as the CRDs say: kinds
// of it that no CRD defines are not installed. A nil Engine has none.
func (e *Engine) Has(group string) bool {
	if e == nil {
		return false
	}
	for name := range e.kinds {
		if name.group == group {
			return true
		}
	}
	return false
}

// Lookup finds a served version; nil is a kind or version that the CRDs do not serve.
func (e *Engine) Lookup(id manifest.Identity) *Version {
	for _, v := range e.kinds[kindName{id.Group, id.Kind}] {
		if v.name == id.Version {
			return v
		}
	}
	return nil
}

// Served lists the served versions of a kind, newest first.
func (e *Engine) Served(group, kind string) []string {
	var names []string
	for _, v := range e.kinds[kindName{group, kind}] {
		names = append(names, v.name)
	}
	return names
}

// sortVersions puts the newest first, as Kubernetes counts: v1, v1beta2, v1beta1, v1alpha1.
func sortVersions(versions []*Version) {
	slices.SortFunc(versions, func(a, b *Version) int { return version.CompareKubeAwareVersionStrings(b.name, a.name) })
}

// watched names the version in which Linkerd's controllers watch a kind (spec/admission.md §2.3).
func watched(name kindName) string {
	switch name {
	case kindName{manifest.GatewayGroup, "HTTPRoute"}, kindName{manifest.GatewayGroup, "GRPCRoute"}:
		return "v1"
	case kindName{manifest.GatewayGroup, "TLSRoute"}, kindName{manifest.GatewayGroup, "TCPRoute"},
		kindName{manifest.ProfileGroup, "ServiceProfile"}:
		return "v1alpha2"
	case kindName{manifest.PolicyGroup, "HTTPRoute"}, kindName{manifest.PolicyGroup, "Server"}:
		return "v1beta3"
	case kindName{manifest.PolicyGroup, "ServerAuthorization"}, kindName{manifest.WorkloadGroup, "ExternalWorkload"}:
		return "v1beta1"
	}
	if name.group == manifest.PolicyGroup {
		return "v1alpha1"
	}
	return ""
}
