package ir

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Answers of the outbound API that carry no table (spec/outbound.md §8). The text before
// the colon is the gRPC code.
var (
	ErrNoSuchService    = errors.New("NotFound: No such service")
	ErrInvalidAuthority = errors.New("InvalidArgument: invalid authority")
	ErrNoHost           = errors.New("InvalidArgument: authority must have a host")
	ErrZeroPort         = errors.New("InvalidArgument: port cannot be zero")
)

// OutboundName returns the table that clients of a namespace get for an authority such as
// "web.prod.svc.cluster.local:80": always one of a Service, existing or not.
func (p *Program) OutboundName(authority, client string) (Outbound, error) {
	ref, port, err := p.service(authority)
	if err != nil {
		return Outbound{}, err
	}
	if t := p.Target(ref); t != nil {
		return p.table(t, Destination{Target: ref, Port: port}, client), nil
	}
	return p.Absent.At(Destination{Target: ref, Port: port}, p.Settings.ClusterDomain), nil
}

// OutboundAddr returns the table that clients of a namespace get for an address.
func (p *Program) OutboundAddr(addr netip.AddrPort, client string) (Outbound, error) {
	if addr.Port() == 0 {
		return Outbound{}, ErrZeroPort
	}
	d := Destination{Port: addr.Port(), Addr: addr}
	if t := p.byAddress(addr.Addr()); t != nil {
		d.Target = t.Ref
		if slices.Contains(t.Ports, addr.Port()) {
			return p.table(t, d, client), nil
		}
		return p.UndefinedPort.At(d, p.Settings.ClusterDomain), nil
	}
	if t := p.network(addr.Addr(), client); t != nil {
		d.Target = t.Ref
		return p.table(t, d, client), nil
	}
	if p.inCluster(addr.Addr()) {
		return Outbound{}, ErrNoSuchService
	}
	return p.Fallback.At(d, p.Settings.ClusterDomain), nil
}

// Target returns the target of that name, or nil.
func (p *Program) Target(ref Ref) *Target {
	i, found := slices.BinarySearchFunc(p.Targets, ref, func(t Target, r Ref) int { return CompareTargets(t.Ref, r) })
	if !found {
		return nil
	}
	return &p.Targets[i]
}

// CompareTargets is the order of a program's targets: Services, then EgressNetworks; each by
// namespace, then name.
func CompareTargets(a, b Ref) int {
	rank := func(r Ref) int {
		if r.Kind == egressNetwork {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), a.Compare(b))
}

// table returns a target's table for a port and a client namespace.
func (p *Program) table(t *Target, d Destination, client string) Outbound {
	if o := pick(t.Tables, client, func(o *Outbound) bool { return o.Meta.Port == d.Port }); o != nil {
		if t.Ref.Kind == egressNetwork {
			return o.At(d, p.Settings.ClusterDomain)
		}
		return *o
	}
	opaque := t.Opaque.Has(d.Port)
	o := pick(t.Others, client, func(o *Outbound) bool { return o.OfOpaquePorts == opaque })
	switch {
	case o == nil && opaque:
		o = &p.AbsentOpaque
	case o == nil:
		o = &p.Absent
	}
	return o.At(d, p.Settings.ClusterDomain)
}

// pick returns the table for a client namespace among those that fit: its own, else that of
// all others; nil when none fits.
func pick(tables []Outbound, client string, fits func(*Outbound) bool) *Outbound {
	var general *Outbound
	for i := range tables {
		o := &tables[i]
		if !fits(o) {
			continue
		}
		if o.Client == client {
			return o
		}
		if o.Client == "" {
			general = o
		}
	}
	return general
}

// service reads an authority as the controller does: NAME.NAMESPACE.svc and whatever
// follows, with port 80 where none can be read.
func (p *Program) service(authority string) (Ref, uint16, error) {
	if !validAuthority(authority) {
		return Ref{}, 0, ErrInvalidAuthority
	}
	host := authority[strings.LastIndexByte(authority, '@')+1:]
	port := uint16(80)
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		if n, err := strconv.ParseUint(host[i+1:], 10, 16); err == nil && n > 0 {
			port = uint16(n)
		}
		host = host[:i]
	}
	if host == "" {
		return Ref{}, 0, ErrNoHost
	}
	for strings.HasSuffix(host, ".") {
		host = host[:len(host)-1]
	}
	for domain := p.Settings.ClusterDomain; domain != "" && strings.HasSuffix(host, domain); {
		host = strings.TrimSuffix(host, domain)
	}
	labels := strings.Split(host, ".")
	if len(labels) < 3 || labels[2] != "svc" {
		return Ref{}, 0, fmt.Errorf("NotFound: authority must be of the form <name>.<namespace>.svc.%s", p.Settings.ClusterDomain)
	}
	return Ref{Group: "core", Kind: "Service", Namespace: labels[1], Name: labels[0]}, port, nil
}

// validAuthority follows the grammar of Rust's http crate (spec/matching.md §1.0).
func validAuthority(s string) bool {
	colons, open, closed, percent := 0, false, false, false
	for i := range len(s) {
		switch c := s[i]; c {
		case '[':
			if open || percent {
				return false
			}
			open = true
		case ']':
			if !open || closed {
				return false
			}
			closed = true
			colons, percent = 0, false
		case '@':
			colons, percent = 0, false
		case ':':
			if colons++; colons > 8 {
				return false
			}
		case '%':
			percent = true
		default:
			alnum := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
			if !alnum && strings.IndexByte("!$&'()*+,-.;=_~", c) < 0 {
				return false
			}
		}
	}
	return s != "" && open == closed && colons <= 1 && !percent && s[len(s)-1] != '@'
}

// byAddress returns the Service that has the address, or nil.
func (p *Program) byAddress(ip netip.Addr) *Target {
	for i := range p.Targets {
		t := &p.Targets[i]
		if len(t.Ports) > 0 && slices.Contains(t.Addresses, ip) {
			return t
		}
	}
	return nil
}

func (p *Program) inCluster(ip netip.Addr) bool {
	return slices.ContainsFunc(p.Settings.ClusterNetworks, func(n netip.Prefix) bool { return n.Contains(ip) })
}
