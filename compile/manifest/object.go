// Package manifest holds Kubernetes objects: as written or stored ([Unstructured]),
// and typed, the few kinds and fields that routing depends on ([Set]).
//
// Types only: no parsing, no decisions.
package manifest

import (
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// An Identity names an object and the version it was written in.
type Identity struct {
	Group, Version, Kind string // Group is "" for the core group
	Namespace, Name      string // Namespace is "" for cluster-scoped kinds
}

// String returns "GRPCRoute.gateway.networking.k8s.io/faces/r" or "Service/faces/web":
// kind, group, namespace and name, as the machine doors print objects.
func (id Identity) String() string {
	s := id.Kind
	if id.Group != "" {
		s += "." + id.Group
	}
	if id.Namespace != "" {
		s += "/" + id.Namespace
	}
	return s + "/" + id.Name
}

// coreGroup is what tables and statuses call the core group.
const coreGroup = "core"

// Ref names the object as tables and statuses do.
func (id Identity) Ref() ir.Ref {
	r := ir.Ref{Group: id.Group, Kind: id.Kind, Namespace: id.Namespace, Name: id.Name}
	if r.Group == CoreGroup {
		r.Group = coreGroup
	}
	return r
}

// Named is the inverse of [Identity.Ref], without the version, which no table knows.
func Named(r ir.Ref) Identity {
	id := Identity{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
	if id.Group == coreGroup {
		id.Group = CoreGroup
	}
	return id
}

// An Unstructured is one object whose content is a tree of map[string]any, []any,
// string, bool, int64, float64 and nil, by the conventions of Kubernetes.
type Unstructured struct {
	Identity
	Content map[string]any
	Place   source.Place // the whole object; Place.Sub gives its fields
}

// Meta is what routing reads of an object's metadata.
type Meta struct {
	Identity
	Labels      map[string]string
	Annotations map[string]string
	Created     time.Time // metadata.creationTimestamp; zero when absent
	Owners      []Owner   // metadata.ownerReferences, which a dump of a cluster holds
	Place       source.Place
}

// An Owner is an object that another one belongs to.
type Owner struct{ Kind, Name string }

// At returns the place of a field of the object.
func (m *Meta) At(field string) source.Place { return m.Place.Sub(field) }

// An Object is a typed object as a cluster would hold it.
type Object[T any] struct {
	Meta
	Spec T
}
