package eval

import (
	"fmt"
	"net/netip"
	"strings"

	"routec.dev/routec/ir"
)

// Lookup says what a proxy finds where a client connects to.
type Lookup uint8

const (
	ServicePort    Lookup = iota // a port that a Service declares
	UndeclaredPort               // a Service, but none of its ports
	Pods                         // the Pods of a headless Service: the proxy forwards to the address asked for
	Network                      // an address that an EgressNetwork holds
	Outside                      // an address outside of the cluster that none holds
	Unknown                      // an address inside the cluster that is no Service's: a Pod's, perhaps
)

// String returns the lookup as part of a sentence.
func (l Lookup) String() string {
	return [...]string{
		"a port of a Service", "a port that the Service does not declare", "the Pods of a headless Service",
		"an address of an EgressNetwork", "an address outside of the cluster", "an address inside the cluster that is no Service's",
	}[l]
}

// NoSuchHost is the error for a name that no proxy is ever asked about: it resolves to
// nothing that the program knows.
type NoSuchHost struct {
	Host, From string
	External   bool     // it is no name of the cluster: only its address would tell
	Similar    []ir.Ref // Services of that name in other namespaces
}

// Error returns what is not there, and what to try.
func (e *NoSuchHost) Error() string {
	if e.External {
		return fmt.Sprintf("%q is no Service of the cluster; ask about the address that it resolves to", e.Host)
	}
	text := fmt.Sprintf("no Service is named %q", e.Host)
	if e.From != "" {
		text += fmt.Sprintf(" as seen from namespace %q", e.From)
	}
	if len(e.Similar) > 0 {
		names := make([]string, len(e.Similar))
		for i, s := range e.Similar {
			names[i] = s.Name + "." + s.Namespace
		}
		text += "; did you mean " + strings.Join(names, " or ") + "?"
	}
	return text
}

// resolve finds the Service that a name means to the clients of a namespace, by the search
// list that Kubernetes gives to Pods. Pod is true for NAME.SERVICE.NAMESPACE, one Pod of a
// headless Service.
func (c *Cluster) resolve(host, from string) (t *ir.Target, pod bool, err error) {
	name := strings.ToLower(host)
	domain := c.Program.Settings.ClusterDomain
	absolute := strings.HasSuffix(name, ".")
	candidates := []string{strings.TrimSuffix(name, ".")}
	if !absolute {
		search := []string{name + "." + from + ".svc." + domain, name + ".svc." + domain, name + "." + domain}
		if from == "" {
			search = search[1:]
		}
		candidates = append(search, candidates...)
	}
	for _, candidate := range candidates {
		before, ok := strings.CutSuffix(candidate, ".svc."+domain)
		if !ok {
			continue
		}
		labels := strings.Split(before, ".")
		if n := len(labels); n == 2 || n == 3 {
			t := c.Program.Target(ir.Ref{Group: "core", Kind: "Service", Namespace: labels[n-1], Name: labels[n-2]})
			if t != nil && (n == 2 || t.Headless) {
				return t, n == 3, nil
			}
		}
	}
	return nil, false, c.noSuchHost(host, from)
}

func (c *Cluster) noSuchHost(host, from string) error {
	e := &NoSuchHost{Host: host, From: from}
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	name = strings.TrimSuffix(name, "."+c.Program.Settings.ClusterDomain)
	labels := strings.Split(strings.TrimSuffix(name, ".svc"), ".")
	for i := range c.Program.Targets {
		if r := c.Program.Targets[i].Ref; r.Kind == "Service" && r.Name == labels[0] {
			e.Similar = append(e.Similar, r)
		}
	}
	e.External = len(labels) > 2 && len(e.Similar) == 0 && !strings.HasSuffix(name, ".svc")
	return e
}

// found is what a client connects to.
type found struct {
	lookup Lookup
	target *ir.Target
	addr   netip.AddrPort // invalid: not known
	port   uint16
}

// locate finds what a client connects to.
func (c *Cluster) locate(d Destination, from string) (found, error) {
	if ip, err := netip.ParseAddr(d.Host); err == nil {
		return c.locateAddr(netip.AddrPortFrom(ip.Unmap(), d.Port)), nil
	}
	t, pod, err := c.resolve(d.Host, from)
	if err != nil {
		return found{}, err
	}
	f := found{target: t, port: d.Port}
	switch {
	case pod || t.Headless:
		f.lookup = Pods
	case !declares(t, d.Port):
		f.lookup = UndeclaredPort
	}
	if len(t.Addresses) > 0 && !pod {
		f.addr = netip.AddrPortFrom(t.Addresses[0], d.Port)
	}
	return f, nil
}

func declares(t *ir.Target, port uint16) bool {
	for _, p := range t.Ports {
		if p == port {
			return true
		}
	}
	return false
}

// locateAddr follows the order of the policy controller's own lookup (spec/outbound.md
// §8.2).
func (c *Cluster) locateAddr(addr netip.AddrPort) found {
	f := found{lookup: Unknown, addr: addr, port: addr.Port()}
	if t := c.byAddress[addr.Addr()]; t != nil {
		f.target, f.lookup = t, ServicePort
		if !declares(t, addr.Port()) {
			f.lookup = UndeclaredPort
		}
	}
	return f
}
