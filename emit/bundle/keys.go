package bundle

import (
	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/ir"
)

// OutboundKey is the key of an outbound table, or template, of a target.
func OutboundKey(target ir.Ref, o ir.Outbound) Key {
	kind := Outbound
	if target.Kind == "EgressNetwork" {
		kind = Egress
	}
	return tableKey(kind, target, &bundlepb.Table{Port: uint32(o.Meta.Port), Client: o.Client, OfOpaquePorts: o.OfOpaquePorts})
}

// InboundKey is the key of the inbound table of a workload's port; with port 0 that of the
// template for these ports.
func InboundKey(workload ir.Ref, port uint16, ports ir.PortSet) Key {
	k := Key{Kind: Inbound, Object: workload, Port: port}
	if port == 0 {
		k.Ports = portsText(ports)
	}
	return k
}
