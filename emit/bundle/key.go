package bundle

import (
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// A Kind is the first part of a key, and the folder that the table's text is in.
type Kind string

// The kinds of tables.
const (
	Outbound Kind = "outbound" // of a Service, or of no object
	Egress   Kind = "egress"   // outbound, of an EgressNetwork
	Profile  Kind = "profile"  // of a Service, or of an address
	Inbound  Kind = "inbound"  // of a workload
)

// A Key names one table of a bundle.
type Key struct {
	Kind   Kind
	Object ir.Ref // zero in a table that belongs to no object
	Name   string // what stands for such a table: "absent", "undefined-port", "fallback", an address
	Port   uint16 // 0 in a template
	Ports  string // template: the ports that it stands for, "*" for all that have no table of their own, "opaque", "*80,90-99"
	Client string // namespace of the clients; empty: all that have no table of their own
}

// String returns the key as the index spells it: "outbound/prod/web:80@books",
// "inbound/prod/Deployment.web:*", "outbound/absent".
func (k Key) String() string {
	s := string(k.Kind) + "/"
	switch {
	case k.Name != "":
		return s + k.Name
	case k.Kind == Inbound:
		s += k.Object.Namespace + "/" + k.Object.Kind + "." + k.Object.Name
	default:
		s += k.Object.Namespace + "/" + k.Object.Name
	}
	if k.Port != 0 {
		s += ":" + strconv.Itoa(int(k.Port))
	} else {
		s += ":" + k.Ports
	}
	if k.Client != "" {
		s += "@" + k.Client
	}
	return s
}

// opaquePorts stands for the target's opaque ports in the key of a template.
const opaquePorts = "opaque"

// ParseKey reads what [Key.String] writes. A workload's API group is that of its kind.
func ParseKey(s string) (Key, error) {
	parts := strings.Split(s, "/")
	k := Key{Kind: Kind(parts[0])}
	if !k.Kind.known() || len(parts) < 2 || len(parts) > 3 {
		return Key{}, fmt.Errorf("%q is not the key of a table", s)
	}
	if len(parts) == 2 {
		k.Name = parts[1]
		return k, nil
	}
	name, client, _ := strings.Cut(parts[2], "@")
	colon := strings.LastIndexByte(name, ':')
	if colon < 0 {
		return Key{}, fmt.Errorf("%q is not the key of a table: no port", s)
	}
	k.Client = client
	k.Object = k.Kind.object(parts[1], name[:colon])
	k.Ports = name[colon+1:]
	if port, err := strconv.ParseUint(k.Ports, 10, 16); err == nil && port > 0 {
		k.Port, k.Ports = uint16(port), ""
	}
	return k, nil
}

func (k Kind) known() bool { return k == Outbound || k == Egress || k == Profile || k == Inbound }

// object returns the object that a key of this kind names.
func (k Kind) object(namespace, name string) ir.Ref {
	switch k {
	case Egress:
		return ir.Ref{Group: "policy.linkerd.io", Kind: "EgressNetwork", Namespace: namespace, Name: name}
	case Inbound:
		kind, name, _ := strings.Cut(name, ".")
		return ir.Ref{Group: workloadGroups[kind], Kind: kind, Namespace: namespace, Name: name}
	}
	return ir.Ref{Group: "core", Kind: "Service", Namespace: namespace, Name: name}
}

// workloadGroups are the API groups of workloads, as [ir.Ref] spells them.
var workloadGroups = map[string]string{
	"Pod": "core", "ReplicationController": "core",
	"Deployment": "apps", "StatefulSet": "apps", "DaemonSet": "apps", "ReplicaSet": "apps",
	"Job": "batch", "CronJob": "batch",
	"ExternalWorkload": "workload.linkerd.io",
}

// portsText writes the ports of a template for a key: "*4191", "*80,8000-8010", "*" for all.
// The star tells them from a table of one port.
func portsText(set ir.PortSet) string {
	if len(set) == 1 && set[0].First <= 1 && set[0].Last == 65535 {
		return "*"
	}
	parts := make([]string, len(set))
	for i, r := range set {
		parts[i] = strconv.Itoa(int(r.First))
		if r.Last != r.First {
			parts[i] += "-" + strconv.Itoa(int(r.Last))
		}
	}
	return "*" + strings.Join(parts, ",")
}

// parsePorts reads what portsText writes.
func parsePorts(s string) (out ir.PortSet, err error) {
	if s == "*" {
		return ir.PortSet{{First: 1, Last: 65535}}, nil
	}
	for _, part := range strings.Split(strings.TrimPrefix(s, "*"), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.ParseUint(first, 10, 16)
		b, errB := strconv.ParseUint(last, 10, 16)
		if errA != nil || errB != nil || a > b {
			return nil, fmt.Errorf("%q is not a list of ports", s)
		}
		out = append(out, ir.PortRange{First: uint16(a), Last: uint16(b)})
	}
	return out, nil
}
