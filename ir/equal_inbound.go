package ir

import "slices"

// EqualWorkloads is [Equal] for workloads.
func EqualWorkloads(a, b *Workload) bool {
	return a.Ref == b.Ref && slices.Equal(a.Labels, b.Labels) && slices.Equal(a.Ports, b.Ports) &&
		equalAll(a.Tables, b.Tables, EqualInbounds) && equalAll(a.Others, b.Others, equalOthers)
}

func equalOthers(a, b *InboundOthers) bool {
	return slices.Equal(a.Ports, b.Ports) && EqualInbounds(&a.Table, &b.Table)
}

// EqualInbounds is [Equal] for inbound tables.
func EqualInbounds(a, b *Inbound) bool {
	return a.Port == b.Port && a.Meta == b.Meta && a.Protocol == b.Protocol && a.DetectTimeout == b.DetectTimeout &&
		equalAll(a.Authorizations, b.Authorizations, EqualAuthorizations) && EqualRoutes(a.Routes, b.Routes) &&
		EqualRateLimits(&a.RateLimit, &b.RateLimit)
}

// EqualAuthorizations is [Equal] for authorizations.
func EqualAuthorizations(a, b *Authorization) bool {
	return a.Meta == b.Meta && equalAll(a.Networks, b.Networks, equalNetworks) && a.Clients.Kind == b.Clients.Kind &&
		slices.Equal(a.Clients.Identities, b.Clients.Identities) && slices.Equal(a.Clients.Suffixes, b.Clients.Suffixes)
}

func equalNetworks(a, b *NetworkMatch) bool {
	return a.Net == b.Net && slices.Equal(a.Except, b.Except)
}

// EqualRateLimits is [Equal] for rate limits.
func EqualRateLimits(a, b *RateLimit) bool {
	return a.Present == b.Present && a.Meta == b.Meta && a.Total == b.Total && a.Identity == b.Identity &&
		equalAll(a.Overrides, b.Overrides, func(a, b *Override) bool {
			return a.RPS == b.RPS && slices.Equal(a.Identities, b.Identities)
		})
}
