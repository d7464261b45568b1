package webhook

import (
	"math"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// server reviews SRV-02 to SRV-05.
func server(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	for _, name := range []string{"podSelector", "externalWorkloadSelector"} {
		if d := selector(tree.Child(spec, name)); d != nil {
			return d.under("spec." + name)
		}
	}
	if _, isName := spec["port"].(string); !isName {
		if port := tree.Int(spec, "port"); port < 1 || port > math.MaxUint16 {
			return deny(diag.ServerPort, "data did not match any variant of untagged enum Port").at("spec.port")
		}
	}
	switch protocol := tree.Text(spec, "proxyProtocol"); protocol {
	case "unknown", "HTTP/1", "HTTP/2", "gRPC", "opaque", "TLS":
	default:
		return deny(diag.ServerProtocol, "unknown variant `%s`, expected one of `unknown`, `HTTP/1`, `HTTP/2`, `gRPC`, `opaque`, `TLS`", protocol).at("spec.proxyProtocol")
	}
	if policy, ok := spec["accessPolicy"].(string); ok && !accessPolicies[policy] {
		return deny(diag.ServerAccessPolicy, "Invalid 'accessPolicy' field: invalid mode: %q", policy).at("spec.accessPolicy")
	}
	return nil
}

var accessPolicies = map[string]bool{
	"all-authenticated": true, "all-unauthenticated": true,
	"cluster-authenticated": true, "cluster-unauthenticated": true,
	"deny": true, "audit": true,
}

// selector reviews SRV-05: the schema leaves labels open, the controller's type does not.
func selector(s object) *denial {
	labels := tree.Child(s, "matchLabels")
	for _, key := range tree.Keys(labels) {
		if _, ok := labels[key].(string); !ok {
			return deny(diag.ServerLabels, "matchLabels.%s: invalid type: expected a string", key).at("matchLabels[" + key + "]")
		}
	}
	return nil
}

// serverAuthorization reviews SAZ-02 to SAZ-04.
func serverAuthorization(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	client := tree.Child(spec, "client")
	networks := tree.List(client, "networks")
	if d := decodeNetworks(networks); d != nil {
		return d.under("spec.client.networks")
	}
	if d := selector(tree.Child(tree.Child(spec, "server"), "selector")); d != nil {
		return d.under("spec.server.selector")
	}
	if tls := tree.Child(client, "meshTLS"); tls != nil {
		if tree.Bool(client, "unauthenticated") {
			return deny(diag.ServerAuthExclusive, "`unauthenticated` must be false if `mesh_tls` is specified").at("spec.client.unauthenticated")
		}
		if tree.Bool(tls, "unauthenticatedTLS") && len(tree.List(tls, "identities"))+len(tree.List(tls, "serviceAccounts")) > 0 {
			return deny(diag.ServerAuthExclusive, "`unauthenticatedTLS` be false if any `identities` or `service_accounts` is specified").at("spec.client.meshTLS.unauthenticatedTLS")
		}
	}
	return exceptions(networks).under("spec.client.networks")
}

// The kinds that references may name.
const (
	core   = "core"
	policy = manifest.PolicyGroup
)

// targets reports whether a reference names a kind; the core group goes by two names,
// and the case of ASCII letters does not count.
func targets(ref object, group, kind string) bool {
	g := tree.Text(ref, "group")
	if g == "" {
		g = core
	}
	return equalFold(g, group) && equalFold(tree.Text(ref, "kind"), kind)
}

// canonicalKind names the kind of a reference in messages.
func canonicalKind(ref object) string {
	if tree.Has(ref, "group") {
		return tree.Text(ref, "kind") + "." + tree.Text(ref, "group")
	}
	return tree.Text(ref, "kind")
}

// authorizationPolicy reviews AZP-02 to AZP-04 and AZP-06.
func authorizationPolicy(id manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	target := tree.Child(spec, "targetRef")
	if name := tree.Text(target, "name"); targets(target, core, "Namespace") && name != id.Namespace {
		return deny(diag.AuthPolicyNamespace, "cannot target another namespace: %s", name).at("spec.targetRef.name")
	}
	if d := authentications(tree.List(spec, "requiredAuthenticationRefs")); d != nil {
		return d.under("spec.requiredAuthenticationRefs")
	}
	for _, k := range []struct{ group, kind string }{
		{policy, "Server"}, {core, "Namespace"}, {policy, "HTTPRoute"},
		{manifest.GatewayGroup, "HTTPRoute"}, {manifest.GatewayGroup, "GRPCRoute"},
	} {
		if targets(target, k.group, k.kind) {
			return nil
		}
	}
	return deny(diag.AuthPolicyTarget, "unsupported authorization target type: %s", canonicalKind(target)).at("spec.targetRef.kind")
}

func authentications(refs []any) *denial {
	const code = diag.AuthPolicyAuthentications
	var tls, accounts, networks, others []int
	var unsupported []string
	for i := range refs {
		switch ref := tree.Item(refs, i); {
		case targets(ref, policy, "MeshTLSAuthentication"):
			tls = append(tls, i)
		case targets(ref, core, "ServiceAccount"):
			accounts = append(accounts, i)
		case targets(ref, policy, "NetworkAuthentication"):
			networks = append(networks, i)
		default:
			others, unsupported = append(others, i), append(unsupported, canonicalKind(ref))
		}
	}
	switch {
	case len(tls) > 1:
		return deny(code, "only a single MeshTLSAuthentication may be set").at(tree.Index("", tls[1]))
	case len(accounts) > 1:
		return deny(code, "only a single ServiceAccount may be set").at(tree.Index("", accounts[1]))
	case len(tls)+len(accounts) > 1:
		return deny(code, "a MeshTLSAuthentication and ServiceAccount may not be set together").at(tree.Index("", max(tls[0], accounts[0])))
	case len(networks) > 1:
		return deny(code, "only a single NetworkAuthentication may be set").at(tree.Index("", networks[1]))
	case len(others) > 0:
		return deny(code, "unsupported authentication kind(s): %s", strings.Join(unsupported, ", ")).at(tree.Index("", others[0]) + ".kind")
	}
	return nil
}

// meshTLSAuthentication reviews MTA-02 to MTA-05.
func meshTLSAuthentication(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	refs := tree.List(spec, "identityRefs")
	for i := range refs {
		if !tree.Has(tree.Item(refs, i), "name") {
			return deny(diag.MeshTLSRefName, "missing field `name`").at(tree.Index("spec.identityRefs", i))
		}
	}
	for i, v := range tree.List(spec, "identities") {
		id, _ := v.(string)
		if why := identityError(id); why != "" {
			return deny(diag.MeshTLSIdentity, "id %s is invalid: %s", id, why).at(tree.Index("spec.identities", i))
		}
	}
	for i := range refs {
		switch ref := tree.Item(refs, i); {
		case targets(ref, core, "ServiceAccount"):
		case !targets(ref, core, "Namespace"):
			return deny(diag.MeshTLSRefKind, "invalid identity target kind: %s", canonicalKind(ref)).at(tree.Index("spec.identityRefs", i) + ".kind")
		case tree.Has(ref, "namespace"):
			return deny(diag.MeshTLSRefKind, "Namespace identity_ref is cluster-scoped and cannot have a namespace").at(tree.Index("spec.identityRefs", i) + ".namespace")
		}
	}
	return nil
}

// rateLimitPolicy reviews RLP-02 to RLP-04.
func rateLimitPolicy(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	overrides := tree.List(spec, "overrides")
	total, identity := tree.Child(spec, "total"), tree.Child(spec, "identity")
	if d := decodeRates(total, identity, overrides); d != nil {
		return d
	}
	if target := tree.Child(spec, "targetRef"); !targets(target, policy, "Server") {
		return deny(diag.RateLimitTarget, "invalid targetRef kind: %s", canonicalKind(target)).at("spec.targetRef.kind")
	}
	const must = ".requestsPerSecond must be "
	if total != nil {
		if rate(total) == 0 {
			return deny(diag.RateLimitOrder, "total"+must+"greater than 0").at("spec.total.requestsPerSecond")
		}
		if identity != nil && rate(identity) > rate(total) {
			return deny(diag.RateLimitOrder, "identity"+must+"less than or equal to total.requestsPerSecond").at("spec.identity.requestsPerSecond")
		}
		for i := range overrides {
			if rate(tree.Item(overrides, i)) > rate(total) {
				return deny(diag.RateLimitOrder, "override"+must+"less than or equal to total.requestsPerSecond").at(tree.Index("spec.overrides", i) + ".requestsPerSecond")
			}
		}
	}
	if identity != nil && rate(identity) == 0 {
		return deny(diag.RateLimitOrder, "identity"+must+"greater than 0").at("spec.identity.requestsPerSecond")
	}
	return overrideClients(overrides)
}

func rate(o object) int64 { return tree.Int(o, "requestsPerSecond") }

func decodeRates(total, identity object, overrides []any) *denial {
	decode := func(limit object, at string) *denial {
		if n := rate(limit); n < 0 || n > math.MaxUint32 {
			return deny(diag.RateLimitRange, "invalid value: integer `%d`, expected u32", n).at(at + ".requestsPerSecond")
		}
		return nil
	}
	if d := decode(total, "spec.total"); d != nil {
		return d
	}
	if d := decode(identity, "spec.identity"); d != nil {
		return d
	}
	for i := range overrides {
		if d := decode(tree.Item(overrides, i), tree.Index("spec.overrides", i)); d != nil {
			return d
		}
	}
	return nil
}

func overrideClients(overrides []any) *denial {
	for i := range overrides {
		override := tree.Item(overrides, i)
		if rate(override) == 0 {
			return deny(diag.RateLimitOrder, "override.requestsPerSecond must be greater than 0").at(tree.Index("spec.overrides", i) + ".requestsPerSecond")
		}
		clients := tree.List(override, "clientRefs")
		for j := range clients {
			if !targets(tree.Item(clients, j), core, "ServiceAccount") {
				return deny(diag.RateLimitOrder, "overrides.clientRefs must target a ServiceAccount").at(tree.Index(tree.Index("spec.overrides", i)+".clientRefs", j) + ".kind")
			}
		}
	}
	return nil
}
