package ir

import "net/netip"

// A Governs says which of the two tables the proxies of a client namespace obey for a port
// of a Service: the profile or the outbound policy (spec/profiles.md §4). It is the
// decision of a fresh sidecar; one with open connections keeps an earlier decision until
// they idle out (§4.9), and ingress proxies and gateways have rules of their own (§4.7).
//
// Of a policy that a profile overrules, nothing survives but Wire: no rule, filter,
// backend, timeout, retry or failure accrual (§4.4).
type Governs struct {
	Port   uint16
	Client string   // as in [Outbound] and [Profile]
	Wire   Protocol // how connections are read: Detect, HTTP1, HTTP2, TLS or Opaque

	HTTP   Side // of HTTP requests, of whichever version Wire lets in
	Opaque Side // of other bytes
	TLS    Side // of TLS connections that the proxy reads as such
	Reason Reason

	Profile Ref   // the selected ServiceProfile; zero if there is none
	Masked  []Ref // routes of the policy that the profile overrules, in table order
	Skipped []Ref // routes of the policy that ask for HTTP or TLS where the profile makes connections opaque
}

// Side says who decides about a kind of traffic.
type Side uint8

const (
	NoTraffic Side = iota // there is none: Wire lets none in
	ByPolicy              // the outbound table
	ByProfile             // the profile
	ByNobody              // the proxy never gets to know its tables, or panics: connections fail
)

// String returns "-", "OutboundPolicy", "ServiceProfile" or "nothing".
func (s Side) String() string {
	return [...]string{"-", "OutboundPolicy", "ServiceProfile", "nothing"}[s]
}

// Reason says why a side governs.
type Reason uint8

const (
	NoServiceProfile Reason = iota // none is selected
	NoEffect                       // the one selected has no usable route or override
	InEffect                       // it governs what its routes and overrides can reach
	RoutesOnOpaque                 // it has usable routes, but connections are opaque
	NoProfileOnTLS                 // it has usable routes or overrides, but connections are TLS

	NoClusterIP     // not looked up: the Service has no address of its own
	OutsideNetworks // not looked up: the address lies outside the cluster networks
	LookupRefused   // the lookup fails, and the proxy goes on without a profile

	Unconvertible  // discovery hangs: the controller sends nothing
	NestedTooDeep  // discovery hangs: the proxy cannot decode the profile
	BudgetPanics   // the proxy panics on the retry budget
	WeightsPanic   // the proxy panics on the sum of the weights
	OpaqueConflict // the proxy panics: the profile says opaque, the policy fixes HTTP or TLS
)

// String returns the reason as part of a sentence.
func (r Reason) String() string {
	return [...]string{
		NoServiceProfile: "no ServiceProfile is selected",
		NoEffect:         "the ServiceProfile has no usable route or override",
		InEffect:         "the ServiceProfile has usable routes or overrides",
		RoutesOnOpaque:   "connections are opaque, and the ServiceProfile has routes only",
		NoProfileOnTLS:   "connections are TLS, which no ServiceProfile governs",
		NoClusterIP:      "the Service is headless, so that clients ask for its Pods",
		OutsideNetworks:  "the Service's address lies outside the cluster networks, where proxies ask for no profile",
		LookupRefused:    "the Service is an ExternalName, whose profile cannot be looked up",
		Unconvertible:    "the ServiceProfile cannot be converted, so that proxies wait for it without end",
		NestedTooDeep:    "the ServiceProfile is nested too deeply for the proxy, which waits for it without end",
		BudgetPanics:     "the proxy panics on the ServiceProfile's retry budget",
		WeightsPanic:     "the proxy panics on the sum of the ServiceProfile's weights",
		OpaqueConflict:   "the profile says opaque where the policy fixes HTTP or TLS, on which the proxy panics",
	}[r]
}

// Reach says whether clients look a Service's profile up when they connect to it.
type Reach uint8

const (
	Reached        Reach = iota // by its cluster IP
	ReachedByPods               // headless: by the addresses of its Pods
	ReachedOutside              // by an address outside of the cluster networks
)

// Reach decides by the Service's addresses; one whose address is yet to be allocated counts
// as inside the cluster networks (spec/profiles.md §1.6, §4.1).
func (s *Settings) Reach(t *Target) Reach {
	if t.Headless {
		return ReachedByPods
	}
	for _, ip := range t.Addresses {
		if !inAny(s.ClusterNetworks, ip) {
			return ReachedOutside
		}
	}
	return Reached
}

func inAny(nets []netip.Prefix, ip netip.Addr) bool {
	for _, n := range nets {
		if n.Masked().Contains(ip) {
			return true
		}
	}
	return false
}

// Govern decides between a policy and the profile of the same port and clients.
func Govern(policy *Outbound, profile *Profile, reach Reach, by Proxy) Governs {
	refused := by.refuses(policy)
	g := Governs{Port: profile.Port, Client: profile.Client, Wire: wire(policy, refused)}
	g.Profile = profile.ServiceProfile()
	if why := notLookedUp(profile, reach); why != NoServiceProfile {
		return g.decide(why, ByPolicy, ByPolicy, ByPolicy)
	}
	if why := undiscovered(profile); why != NoServiceProfile {
		return g.decide(why, ByNobody, ByNobody, ByNobody)
	}
	if profile.Opaque {
		g.Wire = Opaque
	}
	named := IsDNSName(profile.Name)
	targets := profile.UsableOverrides()
	split := named && len(targets) > 0
	routed := named && profile.Routed(by)
	switch {
	case profile.Opaque && !split && !refused && fixesProtocol(policy.Protocol):
		return g.decide(OpaqueConflict, ByNobody, ByNobody, ByNobody)
	case !split && !routed:
		g = g.decide(ineffective(profile), ByPolicy, ByPolicy, ByPolicy)
	case g.Wire == TLS:
		g = g.decide(NoProfileOnTLS, ByPolicy, ByPolicy, ByPolicy)
	case g.Wire == Opaque && !split:
		g = g.decide(RoutesOnOpaque, ByPolicy, ByPolicy, ByPolicy)
	case split && Overflows(targets):
		g = g.decide(WeightsPanic, ByNobody, ByNobody, ByPolicy)
	case split:
		g = g.decide(InEffect, ByProfile, ByProfile, ByPolicy)
	default:
		g = g.decide(InEffect, ByProfile, ByPolicy, ByPolicy)
	}
	g.mask(policy)
	return g
}

// decide fills the sides, each only where Wire lets such traffic in.
func (g Governs) decide(why Reason, http, opaque, tls Side) Governs {
	g.Reason = why
	switch g.Wire {
	case Detect:
		g.HTTP, g.Opaque = http, opaque
	case HTTP1, HTTP2:
		g.HTTP = http
	case TLS:
		g.TLS = tls
	case Opaque:
		g.Opaque = opaque
	}
	return g
}

// wire says how connections are read where the profile has no say (spec/profiles.md §4.2).
func wire(policy *Outbound, refused bool) Protocol {
	switch {
	case refused:
		return Detect
	case policy.Protocol == GRPC:
		return HTTP2
	}
	return policy.Protocol
}

// fixesProtocol reports whether a policy has no route for opaque bytes.
func fixesProtocol(p Protocol) bool { return p == HTTP1 || p == HTTP2 || p == GRPC || p == TLS }

func notLookedUp(profile *Profile, reach Reach) Reason {
	switch {
	case reach == ReachedByPods:
		return NoClusterIP
	case reach == ReachedOutside:
		return OutsideNetworks
	case profile.Answer == Refusal:
		return LookupRefused
	}
	return NoServiceProfile
}

func undiscovered(profile *Profile) Reason {
	switch {
	case profile.Answer == Silence:
		return Unconvertible
	case profile.TooDeep():
		return NestedTooDeep
	case profile.Budget.Panics():
		return BudgetPanics
	}
	return NoServiceProfile
}

func ineffective(profile *Profile) Reason {
	if profile.Profiled() {
		return NoEffect
	}
	return NoServiceProfile
}

// mask lists the routes that no connection obeys any more.
func (g *Governs) mask(policy *Outbound) {
	http := policy.Protocol != TLS && policy.Protocol != Opaque
	switch {
	case policy.Protocol != Opaque && g.Wire == Opaque:
		g.Skipped = resources(policy.Routes)
	case http && g.HTTP == ByProfile, policy.Protocol == Opaque && g.Opaque == ByProfile:
		g.Masked = resources(policy.Routes)
	}
	if g.Opaque == ByProfile {
		g.Masked = append(g.Masked, resources(policy.OpaqueRoutes)...)
	}
}

// resources returns the objects among routes, without the control plane's own defaults.
func resources(routes []Route) []Ref {
	var refs []Ref
	for i := range routes {
		if routes[i].Meta.Default == "" {
			refs = append(refs, routes[i].Meta.Ref)
		}
	}
	return refs
}
