package ir

import (
	"cmp"
	"strconv"
	"time"

	"routec.dev/routec/ir/source"
)

// A Ref names a Kubernetes object. Group is spelled as Linkerd's tables spell it:
// "core" for Services.
type Ref struct {
	Group, Kind, Namespace, Name string
}

// String returns "Service prod/web" or "HTTPRoute.policy.linkerd.io prod/a".
func (r Ref) String() string {
	s := r.Kind
	if r.Group != "core" && r.Group != "" {
		s += "." + r.Group
	}
	if r.Namespace != "" {
		return s + " " + r.Namespace + "/" + r.Name
	}
	return s + " " + r.Name
}

// Compare orders references by namespace, name, kind, then group.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(
		cmp.Compare(r.Namespace, o.Namespace),
		cmp.Compare(r.Name, o.Name),
		cmp.Compare(r.Kind, o.Kind),
		cmp.Compare(r.Group, o.Group),
	)
}

// A Meta says what a piece of a table stands for: a resource, or one of the control
// plane's own defaults such as "http" or "egress-fallback" (proxy API: Metadata).
type Meta struct {
	Default string // the default's name; empty for a resource
	Ref     Ref
	Port    uint16 // 0: none; in a template, the port that was asked for
}

// String returns "default http" or "Service prod/web:80".
func (m Meta) String() string {
	if m.Default != "" {
		return "default " + m.Default
	}
	if m.Port == 0 {
		return m.Ref.String()
	}
	return m.Ref.String() + ":" + strconv.Itoa(int(m.Port))
}

// An Origin is where a decision was written. Origins are for people: they take no part
// in equality, digests or lowering. The zero Origin means a built-in default.
type Origin struct {
	Object  Ref
	Place   source.Place
	Created time.Time // when the object was made: of two routes, the older stands first; zero: unknown, or of no consequence
}
