package ir

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ErrNoMessage is the outcome of a lookup whose stream stays open and silent.
var ErrNoMessage = errors.New("no message")

// Profile answers the destination API's GetProfile (spec/profiles.md §2.1). The authority
// is HOST or HOST:PORT, its host the full name of a Service or an IP address. An empty
// client namespace is that of a client without a usable context token.
//
// The errors are [ErrNoMessage], and texts that begin with the gRPC code and a colon.
func (p *Program) Profile(authority, clientNamespace string) (Profile, error) {
	host, port, err := hostPort(authority)
	if err != nil {
		return Profile{}, fmt.Errorf("InvalidArgument: invalid authority %q: %w", authority, err)
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		return p.profileByIP(ip.Unmap(), port, clientNamespace)
	}
	labels, ok := cutSuffix(strings.Split(host, "."), append([]string{"svc"}, strings.Split(p.Settings.ClusterDomain, ".")...))
	switch {
	case ok && len(labels) == 2:
		return p.profileByName(Ref{Group: "core", Kind: "Service", Namespace: labels[1], Name: labels[0]}, port, clientNamespace)
	case ok && len(labels) == 3:
		// The addresses of Pods are in no manifest.
		return Profile{}, fmt.Errorf("NotFound: no Pod with the host name %q is known for Service %s/%s", labels[0], labels[2], labels[1])
	}
	return Profile{}, fmt.Errorf("InvalidArgument: invalid service %q: it is not SERVICE.NAMESPACE.svc.%s", host, p.Settings.ClusterDomain)
}

// hostPort splits an authority as the controller does; without a port, it is 80.
func hostPort(authority string) (host string, port uint16, err error) {
	if !strings.Contains(authority, ":") {
		return authority, 80, nil
	}
	host, text, err := net.SplitHostPort(authority)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return "", 0, fmt.Errorf("invalid port %q", text)
	}
	return host, uint16(n), nil
}

func cutSuffix(labels, suffix []string) (before []string, ok bool) {
	n := len(labels) - len(suffix)
	if n < 0 || !slices.Equal(labels[n:], suffix) {
		return nil, false
	}
	return labels[:n], true
}

func (p *Program) profileByIP(ip netip.Addr, port uint16, client string) (Profile, error) {
	var found []*Target
	for i := range p.Targets {
		if t := &p.Targets[i]; t.Ref.Kind == "Service" && slices.Contains(t.Addresses, ip) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return p.endpointProfile(netip.AddrPortFrom(ip, port))
	case 1:
		return found[0].Profile(port, client)
	}
	return Profile{}, fmt.Errorf("FailedPrecondition: %d Services have the cluster IP %s", len(found), ip)
}

func (p *Program) profileByName(service Ref, port uint16, client string) (Profile, error) {
	t := p.Target(service)
	if t == nil {
		return Profile{}, fmt.Errorf("Unknown: service %q not found", service.Name)
	}
	return t.Profile(port, client)
}

// Profile returns what the controller answers for a port of a Service, with the errors of
// [Program.Profile].
func (t *Target) Profile(port uint16, client string) (Profile, error) {
	profile := t.ProfileFor(port, client)
	switch {
	case profile == nil:
		return Profile{}, nil
	case profile.Answer == Silence:
		return Profile{}, ErrNoMessage
	case profile.Answer == Refusal:
		return Profile{}, fmt.Errorf("InvalidArgument: Invalid authority: %s.%s:%d is an ExternalName", t.Ref.Name, t.Ref.Namespace, port)
	}
	return *profile, nil
}

// ProfileFor returns the decided profile of a declared port for the clients of a namespace,
// or nil for a port that is not declared.
func (t *Target) ProfileFor(port uint16, client string) *Profile {
	if p := t.profileOf(port, client); p != nil {
		return p
	}
	return t.profileOf(port, "")
}

func (t *Target) profileOf(port uint16, client string) *Profile {
	key := clientPort{port, client}
	i, found := slices.BinarySearchFunc(t.Profiles, key, func(p Profile, key clientPort) int {
		return clientPort{p.Port, p.Client}.compare(key)
	})
	if !found {
		return nil
	}
	return &t.Profiles[i]
}

// endpointProfile answers for an address that is no Service's. Addresses of Pods are in no
// manifest, so that only ExternalWorkloads are known here.
func (p *Program) endpointProfile(addr netip.AddrPort) (Profile, error) {
	i, found := slices.BinarySearchFunc(p.Endpoints, addr, func(e Profile, addr netip.AddrPort) int { return e.Endpoint.Addr.Compare(addr) })
	switch {
	case !found:
		return Profile{
			Opaque:   p.Settings.DefaultOpaquePorts.Has(addr.Port()),
			Budget:   DefaultBudget(),
			Endpoint: Endpoint{Addr: addr, Weight: EndpointWeight},
		}, nil
	case p.Endpoints[i].Answer == Conflict:
		return Profile{}, fmt.Errorf("FailedPrecondition: several ExternalWorkloads have the address %s", addr)
	}
	return p.Endpoints[i], nil
}
