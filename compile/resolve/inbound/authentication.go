package inbound

import (
	"fmt"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// authentications are what AuthorizationPolicies of any namespace may refer to.
type authentications struct {
	meshTLS  map[name]authentication
	networks map[name]authentication
}

// An authentication holds identities or networks.
type authentication struct {
	identities
	networks []ir.NetworkMatch
	origin   ir.Origin
}

// authenticate reads the authentications; one that the controller cannot read or discards
// is missing (spec/inbound.md §4.2).
func (c *Cluster) authenticate() authentications {
	a := authentications{map[name]authentication{}, map[name]authentication{}}
	for i := range c.set.MeshTLSAuthentications {
		o := &c.set.MeshTLSAuthentications[i]
		if ids, ok := c.meshTLS(o); ok {
			a.meshTLS[name{o.Namespace, o.Name}] = authentication{identities: ids, origin: origin(&o.Meta, "")}
		}
	}
	for i := range c.set.NetworkAuthentications {
		o := &c.set.NetworkAuthentications[i]
		if networks, ok := c.networkAuthentication(o); ok {
			a.networks[name{o.Namespace, o.Name}] = authentication{networks: networks, origin: origin(&o.Meta, "")}
		}
	}
	return a
}

// meshTLS lists the identities that an authentication names: its own, then its references'.
// One bad reference discards the whole.
func (c *Cluster) meshTLS(o *manifest.Object[manifest.MeshTLSAuthenticationSpec]) (ids identities, ok bool) {
	for i, r := range o.Spec.IdentityRefs {
		if bad := missing(r, index("spec.identityRefs", i)); bad != nil {
			c.unreadablePolicy(&o.Meta, bad)
			return ids, false
		}
	}
	for _, text := range o.Spec.Identities {
		ids.add(text)
	}
	for i, r := range o.Spec.IdentityRefs {
		switch {
		case names(r, manifest.CoreGroup, serviceAccount):
			ids.addAccount(c.mesh, in(r.Namespace, o.Namespace), *r.Name)
		case names(r, manifest.CoreGroup, namespaceKind):
			ids.add("*." + *r.Name + identityTail(c.mesh))
		default:
			c.complain(diag.AuthenticationUnused, diag.Error, &o.Meta, index("spec.identityRefs", i),
				describe(r)+" has no identity: the policy controller discards the whole MeshTLSAuthentication, and with it every policy that requires it", "refer to a ServiceAccount or a Namespace")
			return ids, false
		}
	}
	if ids.empty() {
		c.complain(diag.AuthenticationUnused, diag.Error, &o.Meta, "spec",
			"it names no identity: the policy controller discards it, and with it every policy that requires it", "add identities or identityRefs")
	}
	return ids, !ids.empty()
}

func (c *Cluster) networkAuthentication(o *manifest.Object[manifest.NetworkAuthenticationSpec]) ([]ir.NetworkMatch, bool) {
	if o.Spec.Networks == nil {
		c.unreadablePolicy(&o.Meta, &unreadable{"spec", "it has no networks"})
		return nil, false
	}
	networks, bad := parseNetworks(o.Spec.Networks, "spec.networks")
	if bad != nil {
		c.unreadablePolicy(&o.Meta, bad)
		return nil, false
	}
	if len(networks) == 0 {
		c.complain(diag.AuthenticationUnused, diag.Error, &o.Meta, "spec.networks",
			"it names no network: the policy controller discards it, and with it every policy that requires it", "add a network")
		return nil, false
	}
	c.checkExceptions(&o.Meta, networks, "spec.networks")
	return networks, true
}

// required is what an AuthorizationPolicy asks of clients, as its references resolve.
type required struct {
	clients  ir.Clients
	networks []ir.NetworkMatch
	origins  []ir.Origin // of the authentications
}

// require resolves the references of a policy: identities first, then networks, each at
// most once. ok is false when the policy is dropped (spec/inbound.md §4.4).
func (c *Cluster) require(o *manifest.Object[manifest.AuthorizationPolicySpec], a authentications) (r required, ok bool) {
	identified, networked := false, false
	for i, ref := range o.Spec.RequiredAuthenticationRefs {
		at := index("spec.requiredAuthenticationRefs", i)
		key := name{in(ref.Namespace, o.Namespace), *ref.Name}
		if names(ref, manifest.PolicyGroup, networkAuthentication) {
			continue
		}
		if identified {
			c.contradicts(&o.Meta, at, "identity")
			return r, false
		}
		identified = true
		if names(ref, manifest.CoreGroup, serviceAccount) {
			r.clients = ir.Clients{Kind: ir.Identified, Identities: []string{accountIdentity(c.mesh, key.namespace, key.name)}}
			continue
		}
		found, exists := a.meshTLS[key]
		if !exists {
			c.missingAuthentication(&o.Meta, at+".name", ref, key)
			return r, false
		}
		r.clients = found.clients()
		r.origins = append(r.origins, found.origin)
	}
	for i, ref := range o.Spec.RequiredAuthenticationRefs {
		at := index("spec.requiredAuthenticationRefs", i)
		if !names(ref, manifest.PolicyGroup, networkAuthentication) {
			continue
		}
		key := name{in(ref.Namespace, o.Namespace), *ref.Name}
		found, exists := a.networks[key]
		if !exists {
			c.missingAuthentication(&o.Meta, at+".name", ref, key)
			return r, false
		}
		if networked {
			c.contradicts(&o.Meta, at, "network")
			return r, false
		}
		networked, r.networks = true, found.networks
		r.origins = append(r.origins, found.origin)
	}
	if !networked {
		r.networks = everywhere
	}
	return r, true
}

func (c *Cluster) contradicts(m *manifest.Meta, field, what string) {
	c.complain(diag.PolicyContradicts, diag.Error, m, field,
		fmt.Sprintf("this is a second %s requirement, and the policy controller takes one: it drops the whole policy, which lets nobody in", what),
		"write one policy for each, or one authentication that lists all")
}

func (c *Cluster) missingAuthentication(m *manifest.Meta, field string, ref manifest.TargetRef, key name) {
	c.complain(diag.AuthenticationMissing, diag.Error, m, field,
		fmt.Sprintf("there is no usable %s %s/%s: the policy controller drops the whole policy, which lets nobody in until there is", *ref.Kind, key.namespace, key.name),
		"create it, or mend the reference")
}
