// Package ir is the decided routing of one cluster: plain values, ordered, complete.
//
// It holds no reference to follow, no default to apply and no order to find. Packages
// before it read what was written and decide; packages after it print, lower, compare and
// evaluate. It imports nothing but the standard library and ir/source.
package ir

import "net/netip"

// A Program is everything that the proxies of one cluster are told. It is immutable once
// resolve returns it: later stages read and never write.
type Program struct {
	Settings  Settings
	Targets   []Target   // Services, then EgressNetworks; each by namespace, name
	Workloads []Workload // by [CompareWorkloads]
	Endpoints []Profile  // endpoint profiles of ExternalWorkloads, by address, then port

	// Templates that belong to no object (spec/outbound.md §3, §7.8).
	Absent        Outbound // a port of a Service that does not exist, or says nothing of other ports
	AbsentOpaque  Outbound // the same, where the port is opaque by default
	UndefinedPort Outbound // a Service's address with a port that it does not declare
	Fallback      Outbound // an address outside of the cluster that no EgressNetwork holds

	Statuses []Status // by object
}

// Settings are the cluster-wide settings that lookups depend on.
type Settings struct {
	ClusterDomain   string
	ClusterNetworks []netip.Prefix
	EgressNamespace string // of the networks that serve every client namespace

	DefaultOpaquePorts PortSet // of addresses that no workload is known at
}
