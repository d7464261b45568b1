package check

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
)

// logHeaders is an annotation that Pods inherit from their Namespace, and on which the
// injector refuses them.
const logHeaders = "config.linkerd.io/proxy-log-http-headers"

// noWebhooks is the label with which a Namespace keeps the injector away.
const noWebhooks = "config.linkerd.io/admission-webhooks"

// namespaces reports annotations of a Namespace on which no Pod in it can be created any more,
// whoever's it is (spec/admission.md ANN-33).
func namespaces(in *Input, report *diag.Report) {
	for i := range in.Set.Namespaces {
		n := &in.Set.Namespaces[i]
		value, set := n.Annotations[logHeaders]
		if !set || n.Labels[noWebhooks] == "disabled" || slices.Contains([]string{"", "insecure", "off"}, value) {
			continue
		}
		say(report, diag.NamespaceBlocks, diag.Hazard, n, annotationField(logHeaders),
			fmt.Sprintf("Linkerd's injector takes insecure or off for %s, not %q, and refuses every meshed Pod that inherits it: no workload of namespace %s, whoever's it is, gets a new Pod unless its template says otherwise", logHeaders, value, n.Name),
			"write insecure or off, or remove the annotation")
	}
}

// everybody reports policies that ask for no authentication: they let every client in
// (spec/inbound.md §9 Q21).
func everybody(in *Input, report *diag.Report) {
	for i := range in.Set.AuthorizationPolicies {
		p := &in.Set.AuthorizationPolicies[i]
		if refs := p.Spec.RequiredAuthenticationRefs; refs == nil || len(refs) > 0 {
			continue
		}
		say(report, diag.EverybodyIn, diag.Info, &p.Meta, "spec.requiredAuthenticationRefs",
			"a policy that requires no authentication lets every client in, from every network, with or without mesh TLS",
			"name an authentication, unless everybody is meant")
	}
}
