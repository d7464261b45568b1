package inbound

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// routeKey is a route as a policy's target names it: all but the namespace without case.
type routeKey struct{ namespace, group, kind, name string }

// authorize gives each Server its authorizations, and returns those of routes. Their order
// is that of [ir.Authorization].
func (c *Cluster) authorize() map[routeKey][]ir.Authorization {
	onRoutes := map[routeKey][]ir.Authorization{}
	c.authorizationPolicies(onRoutes)
	c.serverAuthorizations()
	for i := range c.servers {
		s := &c.servers[i]
		slices.SortStableFunc(s.authorizations, compareAuthorizations)
		s.authorizations = append(s.authorizations, c.byMode[s.mode]...)
		s.decidedBy = append([]ir.Origin{origin(s.meta, "")}, c.origins(s.authorizations)...)
	}
	for _, list := range onRoutes {
		slices.SortStableFunc(list, compareAuthorizations)
	}
	return onRoutes
}

// compareAuthorizations orders AuthorizationPolicies before ServerAuthorizations, by name.
func compareAuthorizations(a, b ir.Authorization) int {
	return cmp.Or(
		cmp.Compare(a.Meta.Ref.Kind, b.Meta.Ref.Kind), // "authorizationpolicy" < "serverauthorization"
		cmp.Compare(a.Meta.Ref.Name, b.Meta.Ref.Name),
	)
}

// origins lists the policies behind authorizations, each followed by what it requires.
func (c *Cluster) origins(list []ir.Authorization) []ir.Origin {
	var out []ir.Origin
	for _, a := range list {
		if a.Meta.Default == "" {
			out = append(out, a.Origin)
			out = append(out, c.required[a.Origin.Object]...)
		}
	}
	return out
}

// resourceMeta names an object as authorizations and rate limits do: without a namespace.
func resourceMeta(kind, name string) ir.Meta {
	return ir.Meta{Ref: ir.Ref{Group: route.Policy, Kind: kind, Name: name}}
}

// authorizationPolicies adds each policy to what it targets (spec/inbound.md §4.3).
func (c *Cluster) authorizationPolicies(onRoutes map[routeKey][]ir.Authorization) {
	authn := c.authenticate()
	existing := c.routeKeys()
	for i := range c.set.AuthorizationPolicies {
		o := &c.set.AuthorizationPolicies[i]
		if bad := readAuthorizationPolicy(o); bad != nil {
			c.unreadablePolicy(&o.Meta, bad)
			continue
		}
		if field, why := unsupported(o); why != "" {
			c.complain(diag.PolicyDiscarded, diag.Error, &o.Meta, field, why+": the policy controller discards the policy, which lets nobody in",
				"a kind of Linkerd's or of the Gateway API needs its group")
			continue
		}
		r, ok := c.require(o, authn)
		if !ok {
			continue
		}
		a := ir.Authorization{
			Meta:     resourceMeta(lower(authorizationPolicy), o.Name),
			Networks: r.networks, Clients: r.clients, Origin: origin(&o.Meta, ""),
		}
		c.required[a.Origin.Object] = r.origins
		target := o.Spec.TargetRef
		switch {
		case names(target, manifest.PolicyGroup, server):
			c.onServer(o, a)
		case names(target, manifest.CoreGroup, namespaceKind):
			c.onNamespace(o, a)
		default:
			key := routeKey{o.Namespace, lower(groupOf(target)), lower(*target.Kind), lower(*target.Name)}
			onRoutes[key] = append(onRoutes[key], a)
			if !existing[key] {
				c.targetMissing(&o.Meta, target)
			}
		}
	}
}

func readAuthorizationPolicy(o *manifest.Object[manifest.AuthorizationPolicySpec]) *unreadable {
	if bad := missing(o.Spec.TargetRef, "spec.targetRef"); bad != nil {
		return bad
	}
	if o.Spec.RequiredAuthenticationRefs == nil {
		return &unreadable{"spec", "it has no requiredAuthenticationRefs"}
	}
	for i, r := range o.Spec.RequiredAuthenticationRefs {
		if bad := missing(r, index("spec.requiredAuthenticationRefs", i)); bad != nil {
			return bad
		}
	}
	return nil
}

// unsupported returns the first reference of a kind that policies cannot have.
func unsupported(o *manifest.Object[manifest.AuthorizationPolicySpec]) (field, why string) {
	t := o.Spec.TargetRef
	if !names(t, manifest.PolicyGroup, server) && !names(t, manifest.CoreGroup, namespaceKind) && !isRoute(t) {
		return "spec.targetRef.kind", "a policy cannot target " + describe(t)
	}
	for i, r := range o.Spec.RequiredAuthenticationRefs {
		if !names(r, manifest.PolicyGroup, meshTLSAuthentication) && !names(r, manifest.PolicyGroup, networkAuthentication) &&
			!names(r, manifest.CoreGroup, serviceAccount) {
			return index("spec.requiredAuthenticationRefs", i) + ".kind", "a policy cannot require " + describe(r)
		}
	}
	return "", ""
}

func isRoute(r manifest.TargetRef) bool {
	return names(r, manifest.PolicyGroup, httpRoute) || names(r, manifest.GatewayGroup, httpRoute) || names(r, manifest.GatewayGroup, grpcRoute)
}

// routeKeys are the routes that policies can target.
func (c *Cluster) routeKeys() map[routeKey]bool {
	keys := map[routeKey]bool{}
	for i := range c.set.HTTPRoutes {
		keys[keyOf(&c.set.HTTPRoutes[i].Meta)] = true
	}
	for i := range c.set.GRPCRoutes {
		keys[keyOf(&c.set.GRPCRoutes[i].Meta)] = true
	}
	return keys
}

func keyOf(m *manifest.Meta) routeKey {
	return routeKey{m.Namespace, lower(m.Group), lower(m.Kind), lower(m.Name)}
}

// lower turns ASCII letters, and no others, to lower case.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

func (c *Cluster) onServer(o *manifest.Object[manifest.AuthorizationPolicySpec], a ir.Authorization) {
	i, exists := c.byName[name{o.Namespace, *o.Spec.TargetRef.Name}]
	if !exists {
		c.targetMissing(&o.Meta, o.Spec.TargetRef)
		return
	}
	c.servers[i].authorizations = append(c.servers[i].authorizations, a)
}

// onNamespace adds the policy to every Server of its own namespace, whatever the target's
// name says.
func (c *Cluster) onNamespace(o *manifest.Object[manifest.AuthorizationPolicySpec], a ir.Authorization) {
	if target := *o.Spec.TargetRef.Name; target != o.Namespace {
		c.complain(diag.TargetElsewhere, diag.Error, &o.Meta, "spec.targetRef.name",
			fmt.Sprintf("a policy reaches its own namespace only: this one applies to the Servers of %s, not of %s", o.Namespace, target), "write the policy in the namespace that it is for")
	}
	servers := c.space(o.Namespace).servers
	if len(servers) == 0 {
		c.complain(diag.TargetMissing, diag.Warning, &o.Meta, "spec.targetRef",
			fmt.Sprintf("a policy on a Namespace reaches its Servers, and there is none in namespace %s: ports without a Server obey their default policy alone, so this policy has no effect", o.Namespace), "add a Server for the ports that are meant")
	}
	for _, i := range servers {
		c.servers[i].authorizations = append(c.servers[i].authorizations, a)
	}
}

func (c *Cluster) targetMissing(m *manifest.Meta, target manifest.TargetRef) {
	help := "create it, or mend the reference"
	if names(target, manifest.PolicyGroup, server) {
		if near := diag.Nearest(*target.Name, c.serverNames(m.Namespace)); near != "" {
			help = fmt.Sprintf("did you mean %s?", near)
		}
	}
	c.complain(diag.TargetMissing, diag.Warning, m, "spec.targetRef.name",
		"there is no "+describe(target)+" in namespace "+m.Namespace+", so the policy has no effect", help)
}

// serverNames lists Servers of a namespace, at most a thousand of them.
func (c *Cluster) serverNames(namespace string) []string {
	const most = 1000
	servers := c.space(namespace).servers
	var out []string
	for _, i := range servers[:min(len(servers), most)] {
		out = append(out, c.servers[i].meta.Name)
	}
	return out
}

// serverAuthorizations adds each ServerAuthorization to the Servers that it names or
// selects (spec/inbound.md §4.1).
func (c *Cluster) serverAuthorizations() {
	for i := range c.set.ServerAuthorizations {
		o := &c.set.ServerAuthorizations[i]
		a, ok := c.serverAuthorization(o)
		if !ok {
			continue
		}
		chosen := c.chosen(o.Namespace, o.Spec.Server)
		for _, s := range chosen {
			c.servers[s].authorizations = append(c.servers[s].authorizations, a)
		}
		if s := o.Spec.Server.Selector; s != nil {
			c.lintSelector(&o.Meta, s, "spec.server.selector")
		}
		if len(chosen) == 0 {
			c.complain(diag.TargetMissing, diag.Warning, &o.Meta, "spec.server",
				"no Server of namespace "+o.Namespace+" is meant by this, so the authorization has no effect", "mend the name or the selector")
		}
	}
}

// chosen returns the Servers that a ServerAuthorization applies to.
func (c *Cluster) chosen(namespace string, choice manifest.ServerChoice) []int {
	if choice.Name != nil {
		if i, ok := c.byName[name{namespace, *choice.Name}]; ok {
			return []int{i}
		}
		return nil
	}
	sp := c.space(namespace)
	if sp.serverLabels == nil {
		return nil
	}
	var out []int
	for _, i := range sp.serverLabels.selected(choice.Selector) {
		out = append(out, sp.servers[i])
	}
	return out
}

func (c *Cluster) serverAuthorization(o *manifest.Object[manifest.ServerAuthorizationSpec]) (ir.Authorization, bool) {
	a := ir.Authorization{Meta: resourceMeta(lower(serverAuthorization), o.Name), Origin: origin(&o.Meta, "")}
	networks, bad := parseNetworks(o.Spec.Client.Networks, "spec.client.networks")
	if bad != nil {
		c.unreadablePolicy(&o.Meta, bad)
		return a, false
	}
	c.checkExceptions(&o.Meta, networks, "spec.client.networks")
	a.Networks = networks
	if len(networks) == 0 { // elsewhere, no networks mean all of them
		a.Networks = c.clusterNetworks
	}
	clients, ok := c.clients(o)
	if !ok {
		c.complain(diag.ClientsMissing, diag.Error, &o.Meta, "spec.client",
			"it names no client: the policy controller ignores it, and it lets nobody in", "add meshTLS with identities or serviceAccounts, or unauthenticated: true")
	}
	a.Clients = clients
	return a, ok
}

// clients returns whom a ServerAuthorization lets in: the first of its rules that applies.
func (c *Cluster) clients(o *manifest.Object[manifest.ServerAuthorizationSpec]) (ir.Clients, bool) {
	tls := o.Spec.Client.MeshTLS
	switch {
	case o.Spec.Client.Unauthenticated:
		return ir.Clients{}, true
	case tls == nil:
		return ir.Clients{}, false
	case tls.UnauthenticatedTLS:
		return ir.Clients{Kind: ir.MeshedTLS}, true
	}
	var ids identities
	for _, text := range tls.Identities {
		ids.add(text)
	}
	for _, a := range tls.ServiceAccounts {
		ids.addAccount(c.mesh, in(a.Namespace, o.Namespace), a.Name)
	}
	return ids.clients(), !ids.empty()
}
