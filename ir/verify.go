package ir

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// Verify returns the first invariant of a program that does not hold, with the path of the
// value that breaks it, or nil. In a program that resolve decided a violation is a fault of
// this compiler, never the user's; in one that was read from elsewhere it means that the
// source is no program. The lookups of a verified program do not panic.
func Verify(p *Program) error {
	if err := verifySettings(&p.Settings); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return cmp.Or(
		inOrder(p.Targets, "targets", func(a, b *Target) int { return CompareTargets(a.Ref, b.Ref) }),
		all(p.Targets, "targets", verifyTarget),
		inOrder(p.Workloads, "workloads", func(a, b *Workload) int { return CompareWorkloads(a.Ref, b.Ref) }),
		all(p.Workloads, "workloads", verifyWorkload),
		inOrder(p.Endpoints, "endpoints", compareEndpoints),
		all(p.Endpoints, "endpoints", verifyEndpointProfile),
		within("absent", verifyTemplate(&p.Absent)),
		within("absent opaque", verifyTemplate(&p.AbsentOpaque)),
		within("undefinedPort", verifyTemplate(&p.UndefinedPort)),
		within("fallback", verifyTemplate(&p.Fallback)),
		inOrder(p.Statuses, "statuses", func(a, b *Status) int { return a.Object.Compare(b.Object) }),
		all(p.Statuses, "statuses", verifyStatus),
	)
}

// within adds the name of a field to an error.
func within(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, err)
}

// all verifies each element of a list.
func all[T any](list []T, name string, verify func(*T) error) error {
	for i := range list {
		if err := verify(&list[i]); err != nil {
			return fmt.Errorf("%s[%d]: %w", name, i, err)
		}
	}
	return nil
}

// inOrder verifies that a list ascends strictly.
func inOrder[T any](list []T, name string, compare func(*T, *T) int) error {
	for i := 1; i < len(list); i++ {
		if c := compare(&list[i-1], &list[i]); c >= 0 {
			return fmt.Errorf("%s[%d] does not come after the one before it", name, i)
		}
	}
	return nil
}

// holds turns a condition into an error.
func holds(ok bool, what string) error {
	if ok {
		return nil
	}
	return errors.New(what)
}

func verifySettings(s *Settings) error {
	return cmp.Or(
		all(s.ClusterNetworks, "clusterNetworks", verifyPrefix),
		verifyPorts(s.DefaultOpaquePorts, "defaultOpaquePorts"),
	)
}

func verifyPrefix(p *netip.Prefix) error { return holds(p.IsValid(), "not a network") }

// verifyPorts verifies ascending, disjoint ranges.
func verifyPorts(set PortSet, name string) error {
	return cmp.Or(
		inOrder(set, name, func(a, b *PortRange) int { return cmp.Compare(a.Last, b.First) }),
		all(set, name, func(r *PortRange) error { return holds(r.First <= r.Last, "a range that ends before it begins") }),
	)
}

// compareTables is the order of a target's tables.
func compareTables(a, b *Outbound) int {
	return cmp.Or(cmp.Compare(a.Meta.Port, b.Meta.Port), strings.Compare(a.Client, b.Client))
}

// compareOthers is the order of a target's templates.
func compareOthers(a, b *Outbound) int {
	return cmp.Or(strings.Compare(a.Client, b.Client), compareBool(a.OfOpaquePorts, b.OfOpaquePorts))
}

// compareBool orders false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func verifyTarget(t *Target) error {
	service := t.Ref.Kind == "Service"
	general, opaque := false, false
	for i := range t.Others {
		if o := &t.Others[i]; o.Client == "" {
			general, opaque = general || !o.OfOpaquePorts, opaque || o.OfOpaquePorts
		}
	}
	return within(t.Ref.String(), cmp.Or(
		holds(service || t.Ref.Kind == egressNetwork, "neither a Service nor an EgressNetwork"),
		holds(service || len(t.Addresses)+len(t.Ports)+len(t.Profiles)+len(t.Governs) == 0 && !t.Headless,
			"an EgressNetwork with what only a Service has"),
		holds(!service || len(t.Blocks) == 0 && t.Created.IsZero(), "a Service with what only an EgressNetwork has"),
		all(t.Addresses, "addresses", func(a *netip.Addr) error { return holds(a.IsValid(), "not an address") }),
		inOrder(t.Ports, "ports", func(a, b *uint16) int { return cmp.Compare(*a, *b) }),
		holds(len(t.Ports) == 0 || t.Ports[0] > 0, "port 0"),
		verifyPorts(t.Opaque, "opaque"),
		all(t.Blocks, "blocks", verifyBlock),
		inOrder(t.Tables, "tables", compareTables),
		all(t.Tables, "tables", func(o *Outbound) error { return verifyTable(t, o) }),
		inOrder(t.Others, "others", compareOthers),
		all(t.Others, "others", func(o *Outbound) error { return verifyOther(t, o) }),
		holds(general || service && len(t.Others) == 0, "others: no template for every port and client"),
		holds(opaque || len(t.Opaque) == 0 || len(t.Others) == 0, "others: no template for the opaque ports of every client"),
		inOrder(t.Profiles, "profiles", func(a, b *Profile) int {
			return clientPort{a.Port, a.Client}.compare(clientPort{b.Port, b.Client})
		}),
		all(t.Profiles, "profiles", verifyProfile),
		inOrder(t.Governs, "governs", func(a, b *Governs) int {
			return clientPort{a.Port, a.Client}.compare(clientPort{b.Port, b.Client})
		}),
		all(t.Governs, "governs", verifyGoverns),
	))
}

func verifyBlock(b *Block) error {
	masked := func(p *netip.Prefix) error {
		return holds(p.IsValid() && *p == p.Masked(), "not a network, or with host bits")
	}
	return cmp.Or(within("net", masked(&b.Net)), all(b.Except, "except", masked))
}

func verifyTable(t *Target, o *Outbound) error {
	return cmp.Or(
		holds(o.Meta.Ref == t.Ref && o.Meta.Default == "", "a table of another target"),
		holds(o.Meta.Port != 0, "a template among tables"),
		holds(!o.OfOpaquePorts, "a table of one port that is a template of opaque ones"),
		verifyOutbound(o),
	)
}

func verifyOther(t *Target, o *Outbound) error {
	return cmp.Or(holds(o.Meta.Ref == t.Ref && o.Meta.Default == "", "a template of another target"), verifyTemplate(o))
}

func verifyTemplate(o *Outbound) error {
	return cmp.Or(holds(o.Meta.Port == 0, "a template with a port"), verifyOutbound(o))
}

func verifyStatus(s *Status) error {
	return all(s.Parents, "parents", func(p *ParentStatus) error {
		return holds(p.HasPort || p.Port == 0, "a port that is not there")
	})
}
