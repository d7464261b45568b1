package crd

import (
	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/manifest"
)

// What a cluster serves (spec/admission.md §2.1, §2.3, §2.4).

func (c *Catalog) addGateway() {
	b, group := c.bundle, manifest.GatewayGroup
	for _, kind := range []string{"GRPCRoute", "HTTPRoute", "TLSRoute", "TCPRoute"} {
		c.kinds[kindName{group, kind}] = nil // ours, even where it is not served
	}
	grpc := c.add(&Version{Group: group, Kind: "GRPCRoute", Name: "v1", Status: routeStatus(), rules: (*reviewer).grpcRules},
		b.grpcRoute(), b.Minor >= 4)
	grpc.Watched = grpc
	if b.Minor == 1 && b.Experimental {
		old := c.add(&Version{Group: group, Kind: "GRPCRoute", Name: "v1alpha2", Status: routeStatus(), rules: (*reviewer).grpcRules,
			Deprecated: "the v1alpha2 version of GRPCRoute is deprecated; use v1"}, b.grpcRoute(), false)
		old.Watched = grpc
	}
	http := c.add(&Version{Group: group, Kind: "HTTPRoute", Name: "v1", Status: routeStatus(), rules: (*reviewer).httpRules},
		b.httpRoute(), true)
	http.Watched = http
	beta := c.add(&Version{Group: group, Kind: "HTTPRoute", Name: "v1beta1", Status: routeStatus(), rules: (*reviewer).httpRules},
		b.httpRoute(), true)
	beta.Watched = http
	c.addL4("TLSRoute", b.tlsVersions())
	c.addL4("TCPRoute", b.tcpVersions())
}

// tlsVersions lists the served versions of TLSRoute, newest first.
func (b Bundle) tlsVersions() []string {
	switch {
	case b.Minor >= 5 && b.Experimental:
		return []string{"v1", "v1alpha3", "v1alpha2"}
	case b.Minor >= 5:
		return []string{"v1"}
	case b.Minor == 4 && b.Experimental:
		return []string{"v1alpha3", "v1alpha2"}
	case b.Experimental:
		return []string{"v1alpha2"}
	}
	return nil
}

// tcpVersions lists the served versions of TCPRoute, newest first.
func (b Bundle) tcpVersions() []string {
	switch {
	case b.Minor >= 6 && b.Experimental:
		return []string{"v1", "v1alpha2"}
	case b.Minor >= 6:
		return []string{"v1"}
	case b.Experimental:
		return []string{"v1alpha2"}
	}
	return nil
}

// addL4 adds a kind that Linkerd watches at v1alpha2 and nowhere else.
func (c *Catalog) addL4(kind string, names []string) {
	var versions []*Version
	for _, name := range names {
		v := &Version{Group: manifest.GatewayGroup, Kind: kind, Name: name, Status: routeStatus(), rules: (*reviewer).l4Rules}
		if name != "v1" && names[0] == "v1" {
			v.Deprecated = "the " + name + " version of " + kind + " is deprecated; use v1"
		}
		versions = append(versions, c.add(v, c.bundle.l4Route(kind == "TLSRoute", name), true))
	}
	for _, v := range versions {
		for _, w := range versions {
			if w.Name == "v1alpha2" {
				v.Watched = w
			}
		}
	}
}

// addAll adds the versions of one of Linkerd's kinds, the stored and watched one first.
func (c *Catalog) addAll(group, kind string, status *schema.Schema, spec func(version string) *schema.Schema, names ...string) []*Version {
	var versions []*Version
	for _, name := range names {
		versions = append(versions, c.add(&Version{Group: group, Kind: kind, Name: name, Status: status}, spec(name), true))
	}
	for _, v := range versions {
		v.Watched = versions[0]
	}
	return versions
}

func (c *Catalog) addPolicy() {
	group := manifest.PolicyGroup
	same := func(s *schema.Schema) func(string) *schema.Schema { return func(string) *schema.Schema { return s } }
	c.addAll(group, "HTTPRoute", routeStatus(), policyHTTPRoute, "v1beta3", "v1beta2", "v1beta1", "v1alpha1")
	servers := c.addAll(group, "Server", nil, server, "v1beta3", "v1beta2", "v1beta1", "v1alpha1")
	servers[2].Deprecated = "policy.linkerd.io/v1beta1 Server is deprecated; use policy.linkerd.io/v1beta3 Server"
	servers[3].Deprecated = "policy.linkerd.io/v1alpha1 Server is deprecated; use policy.linkerd.io/v1beta1 Server"
	authorizations := c.addAll(group, "ServerAuthorization", nil, same(serverAuthorization()), "v1beta1", "v1alpha1")
	authorizations[1].Deprecated = "policy.linkerd.io/v1alpha1 ServerAuthorization is deprecated; use policy.linkerd.io/v1beta1 ServerAuthorization"
	c.addAll(group, "AuthorizationPolicy", nil, same(authorizationPolicy()), "v1alpha1")
	c.addAll(group, "MeshTLSAuthentication", nil, same(meshTLSAuthentication()), "v1alpha1")
	c.addAll(group, "NetworkAuthentication", nil, same(networkAuthentication()), "v1alpha1")
	c.addAll(group, "EgressNetwork", egressNetworkStatus(), same(egressNetwork()), "v1alpha1")
	c.addAll(group, "HTTPLocalRateLimitPolicy", rateLimitStatus(), same(rateLimitPolicy()), "v1alpha1")
}

func (c *Catalog) addWorkloads() {
	for _, v := range c.addAll(manifest.ProfileGroup, "ServiceProfile", nil, serviceProfile, "v1alpha2", "v1alpha1") {
		v.Object.Field("spec").Required = false
	}
	workloads := c.addAll(manifest.WorkloadGroup, "ExternalWorkload", externalWorkloadStatus(), externalWorkload, "v1beta1", "v1alpha1")
	old := workloads[1]
	old.Status = nil
	old.Object.Fields = append(old.Object.Fields, schema.Optional("status", storedWorkloadStatus()))
}
