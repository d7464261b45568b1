package route

import (
	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/ir"
)

// Kinds and groups of the parents that Linkerd serves, as its tables spell them.
const (
	Core          = "core"
	Policy        = "policy.linkerd.io"
	Service       = "Service"
	EgressNetwork = "EgressNetwork"
	Server        = "Server"
)

// A Parent is a parentRef that names a Service, an EgressNetwork or a Server.
type Parent struct {
	Ref     ir.Ref
	Index   int   // in spec.parentRefs
	Port    int32 // as written; meaningful with HasPort
	HasPort bool
	Section bool // a sectionName is written
}

// Parents returns the parentRefs of a kind that Linkerd serves, in order. A namespace that
// is not written is the route's own; sectionName plays no part (spec/outbound.md §1.6).
func Parents(namespace string, refs []gateway.ParentReference) []Parent {
	var out []Parent
	for i, r := range refs {
		group, kind, ok := parentKind(r)
		if !ok {
			continue
		}
		p := Parent{
			Ref:     ir.Ref{Group: group, Kind: kind, Namespace: namespace, Name: string(r.Name)},
			Index:   i,
			Section: r.SectionName != nil,
		}
		if r.Namespace != nil {
			p.Ref.Namespace = string(*r.Namespace)
		}
		if r.Port != nil {
			p.Port, p.HasPort = int32(*r.Port), true
		}
		out = append(out, p)
	}
	return out
}

func parentKind(r gateway.ParentReference) (group, kind string, ok bool) {
	if r.Kind == nil {
		return "", "", false
	}
	switch {
	case EqualFold(string(*r.Kind), Service) && isCore((*string)(r.Group)):
		return Core, Service, true
	case EqualFold(string(*r.Kind), EgressNetwork) && isPolicy((*string)(r.Group)):
		return Policy, EgressNetwork, true
	case EqualFold(string(*r.Kind), Server) && isPolicy((*string)(r.Group)):
		return Policy, Server, true
	}
	return "", "", false
}

// isCore reports whether a group names the core group: absent, empty or "core".
func isCore(group *string) bool {
	return group == nil || *group == "" || EqualFold(*group, Core)
}

func isPolicy(group *string) bool { return group != nil && EqualFold(*group, Policy) }

// EqualFold compares without the case of ASCII letters, and of no others.
func EqualFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
