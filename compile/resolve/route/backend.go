package route

import (
	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/ir"
)

// A BackendRef is a backendRef as written, with its kind told apart.
type BackendRef struct {
	Ref          ir.Ref // Kind is empty for a kind that Linkerd does not route to
	OwnNamespace bool   // a namespace is written
	Port         int32  // 0: none is written
	Weight       int32
	Unsupported  string // the controller's words for a kind it does not route to
}

// Backend reads a backendRef (spec/outbound.md §6.4).
func Backend(b gateway.BackendRef) BackendRef {
	r := BackendRef{Ref: ir.Ref{Name: string(b.Name)}, Weight: 1}
	if b.Namespace != nil {
		r.Ref.Namespace, r.OwnNamespace = string(*b.Namespace), true
	}
	if b.Port != nil {
		r.Port = int32(*b.Port)
	}
	if b.Weight != nil {
		r.Weight = *b.Weight
	}
	kind := Service
	if b.Kind != nil {
		kind = string(*b.Kind)
	}
	switch {
	case EqualFold(kind, Service) && isCore((*string)(b.Group)):
		r.Ref.Group, r.Ref.Kind = Core, Service
	case EqualFold(kind, EgressNetwork) && isPolicy((*string)(b.Group)):
		r.Ref.Group, r.Ref.Kind = Policy, EgressNetwork
	default:
		r.Unsupported = unsupported(b)
	}
	return r
}

func unsupported(b gateway.BackendRef) string {
	group, kind := Core, "<empty>"
	if b.Group != nil {
		group = string(*b.Group)
	}
	if b.Kind != nil {
		kind = string(*b.Kind)
	}
	return "unsupported backend type " + group + " " + kind
}

// In returns what the reference names; namespace stands in where none is written.
func (b BackendRef) In(namespace string) ir.Ref {
	r := b.Ref
	if !b.OwnNamespace {
		r.Namespace = namespace
	}
	return r
}
