package ir

import (
	"cmp"
	"strings"
)

// compareEndpoints is the order of endpoint profiles.
func compareEndpoints(a, b *Profile) int { return a.Endpoint.Addr.Compare(b.Endpoint.Addr) }

func verifyEndpointProfile(p *Profile) error {
	return cmp.Or(holds(p.Endpoint.Addr.IsValid(), "no address"), verifyProfileContent(p))
}

func verifyProfile(p *Profile) error {
	return cmp.Or(holds(p.Port != 0, "port 0"), verifyProfileContent(p))
}

func verifyProfileContent(p *Profile) error {
	return cmp.Or(
		holds(p.Answer <= Conflict, "no such answer"),
		holds(p.Budget.Present || p.Budget == RetryBudget{}, "a retry budget that is not there"),
		within("parent", verifyMeta(&p.Parent)),
		within("source", verifyMeta(&p.Source)),
		all(p.Routes, "routes", func(r *ProfileRoute) error {
			return cmp.Or(
				within("condition", verifyRequest(&r.Condition)),
				all(r.Classes, "classes", func(c *ResponseClass) error { return within("condition", verifyResponse(&c.Condition)) }),
			)
		}),
		inOrder(p.Endpoint.Labels, "endpoint.labels", func(a, b *Label) int { return strings.Compare(a.Key, b.Key) }),
		holds(p.Endpoint.Mesh.Present || p.Endpoint.Mesh == EndpointMesh{}, "settings of a proxy that is not there"),
	)
}

// parts verifies how many parts a condition has.
func (k ConditionKind) parts(n int) error {
	switch k {
	case AllOf, AnyOf:
		return nil
	case NotOf:
		return holds(n == 1, "a negation of other than one condition")
	}
	return holds(n == 0, "a condition with parts that it does not take")
}

func verifyRequest(m *RequestMatch) error {
	return cmp.Or(
		holds(m.Kind <= OnMethod, "no such condition on a request"),
		m.Kind.parts(len(m.Parts)),
		holds(m.Kind == OnPath || m.Kind == OnMethod || m.Text == "", "a text that is not used"),
		holds(m.Kind != OnMethod || m.Text != "", "a method without a name"),
		all(m.Parts, "parts", verifyRequest),
	)
}

func verifyResponse(m *ResponseMatch) error {
	return cmp.Or(
		holds(m.Kind <= NotOf || m.Kind == OnStatus, "no such condition on a response"),
		m.Kind.parts(len(m.Parts)),
		holds(m.Kind == OnStatus || m.Min == 0 && m.Max == 0, "a range that is not used"),
		all(m.Parts, "parts", verifyResponse),
	)
}

func verifyGoverns(g *Governs) error {
	return cmp.Or(
		holds(g.Port != 0, "port 0"),
		holds(g.Wire <= Opaque && max(g.HTTP, g.Opaque, g.TLS) <= ByNobody && g.Reason <= OpaqueConflict, "a value out of range"),
	)
}
