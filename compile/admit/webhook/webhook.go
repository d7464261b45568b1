// Package webhook answers for Linkerd's validating webhooks: the policy validator and
// the ServiceProfile validator (spec/admission.md §1.2, sections 4 to 12).
//
// They see objects as the API server would store them, pruned and with defaults, and
// tell their first finding only. Which namespaces switch them off is not their business.
package webhook

import (
	"fmt"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// The names under which the webhooks answer.
const (
	policyHook  = "linkerd-policy-validator.linkerd.io"
	profileHook = "linkerd-sp-validator.linkerd.io"
)

// A Reviewer is both webhooks. It is safe for concurrent use.
type Reviewer struct {
	// Regexp says why a pattern is no regular expression of Rust's dialect.
	Regexp func(pattern string) error
}

type object = tree.Object

// A denial is a webhook's first finding; the nil denial admits.
type denial struct {
	code    diag.Code
	message string
	field   string // the field that it is about; empty is the whole object
}

func deny(code diag.Code, format string, args ...any) *denial {
	return &denial{code: code, message: fmt.Sprintf(format, args...)}
}

// at says which field a denial is about.
func (d *denial) at(field string) *denial {
	d.field = field
	return d
}

// under says in which field the one lies that a denial is about; fields are told from the
// inside out.
func (d *denial) under(field string) *denial {
	if d != nil {
		d.field = source.Join(field, d.field)
	}
	return d
}

// Review returns the refusal that the object would get, or nil. content is the object
// after defaulting, under whatever version it was written.
func (r *Reviewer) Review(id manifest.Identity, content map[string]any) *verdict.Refusal {
	hook, review := r.hookFor(id)
	if review == nil {
		return nil
	}
	d := review(id, content)
	if d == nil {
		return nil
	}
	return verdict.Denied(hook, d.code, d.field, d.message)
}

type reviewFunc func(manifest.Identity, object) *denial

// hookFor returns the webhook that intercepts a kind, under any version.
func (r *Reviewer) hookFor(id manifest.Identity) (hook string, review reviewFunc) {
	switch id.Group {
	case manifest.GatewayGroup:
		return policyHook, r.gatewayReview(id.Kind)
	case manifest.PolicyGroup:
		return policyHook, r.policyReview(id.Kind)
	case manifest.ProfileGroup:
		if id.Kind == "ServiceProfile" {
			return profileHook, reviewProfile
		}
	}
	return "", nil
}

func (r *Reviewer) gatewayReview(kind string) reviewFunc {
	switch kind {
	case "HTTPRoute":
		return r.httpRoute
	case "GRPCRoute":
		return r.grpcRoute
	case "TLSRoute":
		return tlsRoute
	case "TCPRoute":
		return tcpRoute
	}
	return nil
}

func (r *Reviewer) policyReview(kind string) reviewFunc {
	switch kind {
	case "HTTPRoute":
		return r.policyHTTPRoute
	case "Server":
		return server
	case "ServerAuthorization":
		return serverAuthorization
	case "AuthorizationPolicy":
		return authorizationPolicy
	case "MeshTLSAuthentication":
		return meshTLSAuthentication
	case "NetworkAuthentication":
		return networkAuthentication
	case "EgressNetwork":
		return egressNetwork
	case "HTTPLocalRateLimitPolicy":
		return rateLimitPolicy
	}
	return nil
}

// first runs checks in order and returns the first denial.
func first(checks ...func() *denial) *denial {
	for _, check := range checks {
		if d := check(); d != nil {
			return d
		}
	}
	return nil
}
