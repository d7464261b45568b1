// Package admit judges objects as an API server and Linkerd's webhooks would: it is
// "kubectl apply --dry-run=server" without a server (spec/admission.md).
//
// A [Judge] takes objects one by one: it decodes them strictly, prunes, fills in
// defaults, validates, and asks the webhooks. What depends on other objects is settled
// afterwards, over small records, by [Judge.Settle]. After both, objects are as the
// cluster would hold them; nothing here knows what they mean for routing.
package admit

import (
	"fmt"

	"routec.dev/routec/compile/admit/crd"
	"routec.dev/routec/compile/admit/exact"
	"routec.dev/routec/compile/admit/typed"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/admit/webhook"
	"routec.dev/routec/compile/manifest"
)

// Options are what a cluster is like. The zero value of a field is its usual one.
type Options struct {
	GatewayAPI manifest.GatewayAPI // the CRDs that it has; zero is that of [manifest.DefaultMesh]
	Admission  manifest.Admission  // Permit leaves the webhooks out; zero is Enforce
	Families   []string            // of Services: "IPv4", "IPv6", the default first; empty is IPv4 alone

	// Exact judges the custom resources of the groups that its CRDs define, in place of
	// what this package knows of them. Nil judges everything natively.
	Exact *exact.Engine

	// Regexp says why a pattern is no regular expression of Rust's dialect. Required.
	Regexp func(pattern string) error
	// Inject changes a Pod or Service as Linkerd's injector does, in place, after decoding
	// and before validation. An error is the injector's refusal. Nil injects nothing.
	Inject func(u *manifest.Unstructured) error
}

// A Judge judges the objects of one cluster. It is safe for concurrent use.
type Judge struct {
	catalog  *crd.Catalog
	exact    *exact.Engine
	types    *typed.Table
	hooks    webhook.Reviewer
	permit   bool
	families []string
	inject   func(u *manifest.Unstructured) error
}

// New makes a judge. It fails for a Gateway API bundle that it does not know.
func New(opts Options) (*Judge, error) {
	if opts.GatewayAPI == (manifest.GatewayAPI{}) {
		opts.GatewayAPI = manifest.DefaultMesh().GatewayAPI
	}
	bundle, err := crd.ParseBundle(opts.GatewayAPI)
	if err != nil {
		return nil, fmt.Errorf("admission: %w", err)
	}
	if len(opts.Families) == 0 {
		opts.Families = []string{"IPv4"}
	}
	return &Judge{
		catalog:  crd.New(bundle),
		exact:    opts.Exact,
		types:    typed.New(),
		hooks:    webhook.Reviewer{Regexp: opts.Regexp},
		permit:   opts.Admission == manifest.Permit,
		families: opts.Families,
		inject:   opts.Inject,
	}, nil
}

// A Judgement is what became of one object by itself.
type Judgement struct {
	Record
	// Stored is the object as the cluster would store it, in the version it was written
	// in; nil when the API server refuses it.
	Stored map[string]any
	// View is the object as Linkerd reads it: in the version that it watches, with the
	// fields and defaults of that version, and without addresses that only a cluster
	// could choose. It shares parts with Stored. Nil where Stored is, and for objects
	// that Linkerd does not watch in this cluster.
	View map[string]any
	// Warning is what the API server warns of, such as a deprecated version; may be empty.
	Warning string
	// Nulls are the fields of a stored custom resource that were written as null.
	Nulls []verdict.Null
}

// A Record is what [Judge.Settle] has to know of an object.
type Record struct {
	ID      manifest.Identity
	Refusal *verdict.Refusal // the API server's; nil if it takes the object
	Denial  *verdict.Refusal // what Linkerd's webhook would say; nil if it has nothing to say

	hooksOff bool // a Namespace whose label switches the webhooks off
}

// Object judges one object by itself. It takes over u.Content, a tree no part of which
// is shared, and changes it in place: the result is made of it.
func (j *Judge) Object(u manifest.Unstructured) Judgement {
	if u.Content == nil {
		u.Content = map[string]any{}
	}
	out := Judgement{Record: Record{ID: u.Identity}}
	if _, builtin := builtins[kindName{u.Group, u.Kind}]; builtin {
		j.judgeBuiltin(&u, &out)
	} else {
		j.judgeCustom(&u, &out)
	}
	return out
}

// A kindName is a group and a kind.
type kindName struct{ group, kind string }
