package ir

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

var (
	serverHTTPShape = shape{name: "an inbound HTTP route", matches: true, paths: true, hosts: true, inbound: true, filter: isServerHTTPFilter}
	serverGRPCShape = shape{name: "an inbound gRPC route", matches: true, methods: true, hosts: true, inbound: true, filter: isGRPCFilter}
)

func isServerHTTPFilter(f Filter) bool {
	switch f := f.(type) {
	case ModifyHeaders:
		return !f.Response
	case Redirect, FailHTTP, Empty:
		return true
	}
	return false
}

func verifyWorkload(w *Workload) error {
	return within(w.Ref.String(), cmp.Or(
		holds(workloadRank(w.Ref.Kind) < len(workloadKinds) || w.Ref.Kind == "ExternalWorkload", "not a kind of workload"),
		inOrder(w.Labels, "labels", func(a, b *Label) int { return strings.Compare(a.Key, b.Key) }),
		inOrder(w.Ports, "ports", func(a, b *NamedPort) int {
			return cmp.Or(cmp.Compare(a.Port, b.Port), strings.Compare(a.Name, b.Name))
		}),
		inOrder(w.Tables, "tables", func(a, b *Inbound) int { return cmp.Compare(a.Port, b.Port) }),
		all(w.Tables, "tables", func(t *Inbound) error {
			return cmp.Or(holds(t.Port != 0, "a template among tables"), verifyInbound(t))
		}),
		all(w.Others, "others", func(o *InboundOthers) error {
			return cmp.Or(
				holds(o.Table.Port == 0, "a template with a port"),
				verifyPorts(o.Ports, "ports"),
				verifyInbound(&o.Table),
			)
		}),
		holds(distinct(w.Others), "others: too many templates, or two of the same ports"),
		holds(len(w.Others) > 0 && isEveryPort(w.Others[len(w.Others)-1].Ports), "others: the last does not hold every port"),
	))
}

// distinct reports whether no two templates stand for the same ports. Four are all that can
// be needed, so that a long list is not even looked at.
func distinct(others []InboundOthers) bool {
	if len(others) > 64 {
		return false
	}
	for i := range others {
		for j := range i {
			if slices.Equal(others[i].Ports, others[j].Ports) {
				return false
			}
		}
	}
	return true
}

func isEveryPort(set PortSet) bool { return len(set) == 1 && set[0].First <= 1 && set[0].Last == 65535 }

func verifyInbound(t *Inbound) error {
	if t.Protocol > Opaque {
		return fmt.Errorf("protocol %d", t.Protocol)
	}
	routes := &serverHTTPShape
	if t.Protocol == GRPC {
		routes = &serverGRPCShape
	}
	http := t.Protocol == Detect || t.Protocol == HTTP1 || t.Protocol == HTTP2
	return cmp.Or(
		within("meta", verifyMeta(&t.Meta)),
		holds(t.Protocol == Detect || t.DetectTimeout == Duration{}, "what only detection has"),
		holds(http || t.Protocol == GRPC || len(t.Routes) == 0, "routes without HTTP"),
		holds(http || !t.RateLimit.Present, "a rate limit without HTTP"),
		within("detectTimeout", verifyDuration(t.DetectTimeout)),
		all(t.Authorizations, "authorizations", verifyAuthorization),
		all(t.Routes, "routes", routes.verifyRoute),
		within("rateLimit", verifyRateLimit(&t.RateLimit)),
	)
}

func verifyAuthorization(a *Authorization) error {
	identified := a.Clients.Kind == Identified
	return cmp.Or(
		within("meta", verifyMeta(&a.Meta)),
		all(a.Networks, "networks", func(n *NetworkMatch) error {
			return cmp.Or(verifyPrefix(&n.Net), all(n.Except, "except", func(p *netip.Prefix) error { return verifyPrefix(p) }))
		}),
		holds(a.Clients.Kind <= Identified, "no such clients"),
		holds(identified || len(a.Clients.Identities)+len(a.Clients.Suffixes) == 0, "identities that nobody asks for"),
		all(a.Clients.Suffixes, "suffixes", func(s *string) error {
			return holds(*s == "" || (*s)[0] == '.', "a suffix without a leading dot")
		}),
	)
}

func verifyRateLimit(l *RateLimit) error {
	unset := func(l *Limit) error { return holds(l.Set || l.RPS == 0, "a limit that is not set") }
	return cmp.Or(
		holds(l.Present || EqualRateLimits(l, &RateLimit{}), "a rate limit that is not there"),
		within("meta", verifyMeta(&l.Meta)),
		within("total", unset(&l.Total)),
		within("identity", unset(&l.Identity)),
	)
}
