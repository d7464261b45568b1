package inbound

import (
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
)

// Kinds of Linkerd's policies.
const (
	server                = "Server"
	serverAuthorization   = "ServerAuthorization"
	authorizationPolicy   = "AuthorizationPolicy"
	meshTLSAuthentication = "MeshTLSAuthentication"
	networkAuthentication = "NetworkAuthentication"
	rateLimitPolicy       = "HTTPLocalRateLimitPolicy"
	serviceAccount        = "ServiceAccount"
	namespaceKind         = "Namespace"
	httpRoute             = "HTTPRoute"
	grpcRoute             = "GRPCRoute"
)

// names reports whether a reference is to that kind; group is "" for the core group.
// Groups and kinds are compared without case, and no group is the core group, so that a
// kind of Linkerd's must be named with its group (spec/inbound.md §1.4).
func names(r manifest.TargetRef, group, kind string) bool {
	return r.Kind != nil && route.EqualFold(*r.Kind, kind) && route.EqualFold(groupOf(r), group)
}

func groupOf(r manifest.TargetRef) string {
	if r.Group == nil || route.EqualFold(*r.Group, route.Core) {
		return ""
	}
	return *r.Group
}

// describe returns a reference in the words of its kind: "Server.policy.linkerd.io web".
func describe(r manifest.TargetRef) string {
	s := "nothing"
	if r.Kind != nil {
		s = *r.Kind
	}
	if g := groupOf(r); g != "" {
		s += "." + g
	}
	if r.Name != nil {
		s += " " + *r.Name
	}
	return s
}

// in returns the namespace of a reference; one that is written counts even when empty.
func in(namespace *string, otherwise string) string {
	if namespace != nil {
		return *namespace
	}
	return otherwise
}
