package ir

import "slices"

// Equal reports whether two programs decide the same, wherever it was written: origins and
// DecidedBy take no part, and an empty list is the same as none.
func Equal(a, b *Program) bool {
	return EqualSettings(&a.Settings, &b.Settings) &&
		equalAll(a.Targets, b.Targets, EqualTargets) &&
		equalAll(a.Workloads, b.Workloads, EqualWorkloads) &&
		equalAll(a.Endpoints, b.Endpoints, EqualProfiles) &&
		EqualOutbounds(&a.Absent, &b.Absent) &&
		EqualOutbounds(&a.AbsentOpaque, &b.AbsentOpaque) &&
		EqualOutbounds(&a.UndefinedPort, &b.UndefinedPort) &&
		EqualOutbounds(&a.Fallback, &b.Fallback) &&
		equalAll(a.Statuses, b.Statuses, EqualStatuses)
}

// equalAll compares lists by pointers to their elements, which are large.
func equalAll[T any](a, b []T, equal func(*T, *T) bool) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(&a[i], &b[i]) {
			return false
		}
	}
	return true
}

// EqualSettings is [Equal] for settings.
func EqualSettings(a, b *Settings) bool {
	return a.ClusterDomain == b.ClusterDomain && slices.Equal(a.ClusterNetworks, b.ClusterNetworks) &&
		a.EgressNamespace == b.EgressNamespace && slices.Equal(a.DefaultOpaquePorts, b.DefaultOpaquePorts)
}

// EqualTargets is [Equal] for targets.
func EqualTargets(a, b *Target) bool {
	return a.Ref == b.Ref && slices.Equal(a.Addresses, b.Addresses) && slices.Equal(a.Ports, b.Ports) &&
		slices.Equal(a.Opaque, b.Opaque) && equalAll(a.Blocks, b.Blocks, equalBlocks) && a.Created.Equal(b.Created) &&
		equalAll(a.Tables, b.Tables, EqualOutbounds) && equalAll(a.Others, b.Others, EqualOutbounds) &&
		a.Headless == b.Headless && equalAll(a.Profiles, b.Profiles, EqualProfiles) &&
		equalAll(a.Governs, b.Governs, EqualGoverns)
}

func equalBlocks(a, b *Block) bool { return a.Net == b.Net && slices.Equal(a.Except, b.Except) }

// EqualOutbounds is [Equal] for outbound tables.
func EqualOutbounds(a, b *Outbound) bool {
	return a.Meta == b.Meta && a.Client == b.Client && a.OfOpaquePorts == b.OfOpaquePorts && a.Protocol == b.Protocol &&
		a.DetectTimeout == b.DetectTimeout && a.Accrual == b.Accrual &&
		EqualRoutes(a.Routes, b.Routes) && EqualRoutes(a.OpaqueRoutes, b.OpaqueRoutes)
}

// EqualRoutes is [Equal] for lists of routes.
func EqualRoutes(a, b []Route) bool { return equalAll(a, b, equalRoutes) }

func equalRoutes(a, b *Route) bool {
	return a.Meta == b.Meta && slices.Equal(a.Hosts, b.Hosts) && equalAll(a.Rules, b.Rules, EqualRules) &&
		equalAll(a.Authorizations, b.Authorizations, EqualAuthorizations)
}

// EqualRules is [Equal] for rules.
func EqualRules(a, b *Rule) bool {
	return equalAll(a.Matches, b.Matches, EqualMatches) && EqualFilters(a.Filters, b.Filters) &&
		a.Backends.Kind == b.Backends.Kind && equalAll(a.Backends.Backends, b.Backends.Backends, equalWeighted) &&
		a.Timeouts == b.Timeouts && EqualRetries(&a.Retry, &b.Retry) && a.AllowL5d == b.AllowL5d
}

// EqualMatches is [Equal] for matches.
func EqualMatches(a, b *Match) bool {
	return a.Path == b.Path && a.Method == b.Method && a.RPC == b.RPC &&
		slices.Equal(a.Query, b.Query) && slices.Equal(a.Headers, b.Headers)
}

// EqualRetries is [Equal] for retry policies.
func EqualRetries(a, b *Retry) bool {
	return a.Present == b.Present && a.Limit == b.Limit && a.MaxRequestBytes == b.MaxRequestBytes &&
		a.Timeout == b.Timeout && a.Backoff == b.Backoff && slices.Equal(a.Statuses, b.Statuses) && a.Codes == b.Codes
}

func equalWeighted(a, b *Weighted) bool {
	return a.Weight == b.Weight && EqualBackends(&a.Backend, &b.Backend)
}

// EqualBackends is [Equal] for backends.
func EqualBackends(a, b *Backend) bool {
	return a.Meta == b.Meta && a.Kind == b.Kind && a.Authority == b.Authority && a.Load == b.Load &&
		a.Addr == b.Addr && a.Weight == b.Weight && a.Queue == b.Queue && EqualFilters(a.Filters, b.Filters)
}

// EqualFilters is [Equal] for lists of filters.
func EqualFilters(a, b []Filter) bool { return slices.EqualFunc(a, b, EqualFilter) }

// EqualFilter is [Equal] for filters.
func EqualFilter(a, b Filter) bool {
	x, ok := a.(ModifyHeaders)
	if !ok {
		_, other := b.(ModifyHeaders)
		return !other && a == b
	}
	y, ok := b.(ModifyHeaders)
	return ok && x.Response == y.Response && slices.Equal(x.Add, y.Add) && slices.Equal(x.Set, y.Set) &&
		slices.Equal(x.Remove, y.Remove)
}

// EqualStatuses is [Equal] for statuses.
func EqualStatuses(a, b *Status) bool {
	target := (a.Target == nil) == (b.Target == nil) && (a.Target == nil || *a.Target == *b.Target)
	return a.Object == b.Object && equalAll(a.Parents, b.Parents, equalParents) &&
		slices.Equal(a.Conditions, b.Conditions) && target
}

func equalParents(a, b *ParentStatus) bool {
	return a.Parent == b.Parent && a.Port == b.Port && a.HasPort == b.HasPort && slices.Equal(a.Conditions, b.Conditions)
}
