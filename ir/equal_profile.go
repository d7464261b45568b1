package ir

import "slices"

// EqualProfiles is [Equal] for profiles.
func EqualProfiles(a, b *Profile) bool {
	return a.Port == b.Port && a.Client == b.Client && a.Answer == b.Answer && a.Name == b.Name && a.Opaque == b.Opaque &&
		equalAll(a.Routes, b.Routes, EqualProfileRoutes) && a.Budget == b.Budget && slices.Equal(a.Overrides, b.Overrides) &&
		a.Parent == b.Parent && a.Source == b.Source && equalEndpoints(&a.Endpoint, &b.Endpoint)
}

// EqualProfileRoutes is [Equal] for routes of profiles.
func EqualProfileRoutes(a, b *ProfileRoute) bool {
	return a.Name == b.Name && equalRequests(&a.Condition, &b.Condition) && equalAll(a.Classes, b.Classes, equalClasses) &&
		a.Retryable == b.Retryable && a.Timeout == b.Timeout
}

func equalClasses(a, b *ResponseClass) bool {
	return a.Failure == b.Failure && equalResponses(&a.Condition, &b.Condition)
}

func equalRequests(a, b *RequestMatch) bool {
	return a.Kind == b.Kind && a.Text == b.Text && equalAll(a.Parts, b.Parts, equalRequests)
}

func equalResponses(a, b *ResponseMatch) bool {
	return a.Kind == b.Kind && a.Min == b.Min && a.Max == b.Max && equalAll(a.Parts, b.Parts, equalResponses)
}

func equalEndpoints(a, b *Endpoint) bool {
	return a.Addr == b.Addr && a.Weight == b.Weight && slices.Equal(a.Labels, b.Labels) && a.Mesh == b.Mesh
}

// EqualGoverns is [Equal] for what governs a port.
func EqualGoverns(a, b *Governs) bool {
	return a.Port == b.Port && a.Client == b.Client && a.Wire == b.Wire && a.HTTP == b.HTTP && a.Opaque == b.Opaque &&
		a.TLS == b.TLS && a.Reason == b.Reason && a.Profile == b.Profile &&
		slices.Equal(a.Masked, b.Masked) && slices.Equal(a.Skipped, b.Skipped)
}
