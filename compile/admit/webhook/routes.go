package webhook

import (
	"errors"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
)

// httpRoute reviews a gateway HTTPRoute.
func (r *Reviewer) httpRoute(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	if d := parents(content, spec, httpRetry); d != nil {
		return d
	}
	rules := tree.List(spec, "rules")
	for i := range rules {
		rule := tree.Item(rules, i)
		d := first(
			func() *denial { return r.httpMatches(rule) },
			func() *denial { return gatewayFilters(rule, true) },
			func() *denial { return servicePorts(rule) },
		)
		if d != nil {
			return d.under(tree.Index("spec.rules", i))
		}
	}
	return nil
}

// grpcRoute reviews a GRPCRoute. One without spec does not decode, which is admitted.
func (r *Reviewer) grpcRoute(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	if spec == nil {
		return nil
	}
	if d := parents(content, spec, grpcRetry); d != nil {
		return d
	}
	rules := tree.List(spec, "rules")
	for i := range rules {
		rule := tree.Item(rules, i)
		d := first(
			func() *denial { return r.grpcMatches(rule) },
			func() *denial { return gatewayFilters(rule, false) },
			func() *denial { return servicePorts(rule) },
		)
		if d != nil {
			return d.under(tree.Index("spec.rules", i))
		}
	}
	return nil
}

// parents reviews GW-08 and, where a parent is a Service or an EgressNetwork, the
// annotations on the route (section 12).
func parents(content, spec object, retry func(map[string]string) error) *denial {
	outbound := false
	refs := tree.List(spec, "parentRefs")
	for i := range refs {
		ref := tree.Item(refs, i)
		egress := isEgressNetwork(ref)
		if egress && !tree.Has(ref, "port") {
			return deny(diag.EgressParentPort, "cannot target an EgressNetwork without specifying a port").at(tree.Index("spec.parentRefs", i))
		}
		outbound = outbound || egress || isService(ref)
	}
	if !outbound {
		return nil
	}
	annotations := annotationsOf(content)
	if annotations == nil {
		return nil
	}
	if err := retry(annotations); err != nil {
		return unreadable(err)
	}
	if _, err := annotation.Timeouts(annotations); err != nil {
		return unreadable(err)
	}
	return nil
}

func httpRetry(from map[string]string) error {
	_, err := annotation.HTTPRetry(from)
	return err
}

func grpcRetry(from map[string]string) error {
	_, err := annotation.GRPCRetry(from)
	return err
}

// annotationsOf returns the annotations of an object that could matter; nil is none.
func annotationsOf(content object) map[string]string {
	var out map[string]string
	for key, v := range tree.Child(tree.Child(content, "metadata"), "annotations") {
		if !strings.HasPrefix(key, "retry.") && !strings.HasPrefix(key, "timeout.") {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[key], _ = v.(string)
	}
	return out
}

// unreadable denies an annotation by its rule.
func unreadable(err error) *denial {
	code, at := diag.AnnotationDuration, "metadata.annotations"
	var invalid *annotation.Invalid
	if errors.As(err, &invalid) {
		at += "[" + invalid.Key + "]"
		switch invalid.Key {
		case annotation.RetryLimit:
			code = diag.AnnotationRetryLimit
		case annotation.RetryHTTP, annotation.RetryGRPC:
			code = diag.AnnotationRetryCondition
		}
	}
	return deny(code, "%v", err).at(at)
}

// isService compares as the controller does, without the case of ASCII letters.
func isService(ref object) bool {
	group := tree.Text(ref, "group")
	return (group == "" || equalFold(group, "core")) && equalFold(tree.Text(ref, "kind"), "Service")
}

func isEgressNetwork(ref object) bool {
	return equalFold(tree.Text(ref, "group"), manifest.PolicyGroup) && equalFold(tree.Text(ref, "kind"), "EgressNetwork")
}

// equalFold compares without the case of ASCII letters, and of no others.
func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// servicePorts reviews GW-22; the case of letters counts here.
func servicePorts(rule object) *denial {
	refs := tree.List(rule, "backendRefs")
	for i := range refs {
		ref := tree.Item(refs, i)
		group := tree.Text(ref, "group")
		if (group == "" || group == "core") && tree.Text(ref, "kind") == "Service" && tree.Int(ref, "port") == 0 {
			return deny(diag.BackendPortMissing, "invalid backendRef: cannot reference a Service without a port").at(tree.Index("backendRefs", i))
		}
	}
	return nil
}

// tlsRoute reviews a TLSRoute. One that the controller's type does not decode is admitted.
func tlsRoute(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	if !tree.Has(spec, "hostnames") {
		return nil
	}
	return l4Route(spec, "TlsRoute")
}

func tcpRoute(_ manifest.Identity, content object) *denial {
	return l4Route(tree.Child(content, "spec"), "TcpRoute")
}

// l4Route reviews L4-04 and L4-06.
func l4Route(spec object, name string) *denial {
	rules := tree.List(spec, "rules")
	for i := range rules {
		if !tree.Has(tree.Item(rules, i), "backendRefs") {
			return nil // does not decode
		}
	}
	if d := parents(nil, spec, nil); d != nil {
		return d
	}
	if len(rules) != 1 {
		second := "spec.rules"
		if len(rules) > 1 {
			second = tree.Index(second, 1)
		}
		return deny(diag.L4SingleRule, "%s supports a single rule only", name).at(second)
	}
	return nil
}
