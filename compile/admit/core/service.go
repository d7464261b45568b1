package core

import (
	"fmt"
	"net/netip"
	"strings"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

// Allocate settles the addresses, families and node ports of a Service after
// [ServiceDefaults], with stand-ins for what the cluster would choose. families are those
// of the cluster, its default first. What it finds is told alone.
func Allocate(content map[string]any, families []string) []verdict.Cause {
	spec := tree.Child(content, "spec")
	f := &findings{}
	f.addresses(spec, families)
	if len(f.list) == 0 {
		f.allocate(spec)
	}
	return f.list
}

// Service judges a Service after [Allocate].
func Service(content map[string]any) []verdict.Cause {
	spec := tree.Child(content, "spec")
	f := &findings{}
	f.topology(content)
	f.servicePorts(spec)
	f.serviceType(spec)
	f.selector(spec)
	f.affinity(spec)
	f.externalIPs(spec)
	f.loadBalancer(content, spec)
	f.traffic(spec)
	return f.list
}

// topology reviews the two annotations that mean the same (SVC-14).
func (f *findings) topology(content object) {
	annotations := tree.Child(tree.Child(content, "metadata"), "annotations")
	const old, mode = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"
	if tree.Has(annotations, old) && tree.Has(annotations, mode) && annotations[old] != annotations[mode] {
		f.invalid(diag.ServiceSelector, "metadata.annotations["+mode+"]", annotations[mode],
			"must match annotations["+old+"] when both are specified")
	}
}

// A pair is what two ports may not share.
type pair struct {
	protocol string
	number   int64
}

func (f *findings) servicePorts(spec object) {
	ports := tree.List(spec, "ports")
	kind := tree.Text(spec, "type")
	if len(ports) == 0 && !isHeadless(spec) && kind != "ExternalName" {
		f.required(diag.ServicePortsMissing, "spec.ports")
	}
	names := map[string]bool{}
	for i := range ports {
		f.servicePort(tree.Item(ports, i), tree.Index("spec.ports", i), len(ports) > 1, names)
	}
	seen, nodes := map[pair]bool{}, map[pair]bool{}
	for i := range ports {
		port, at := tree.Item(ports, i), tree.Index("spec.ports", i)
		protocol, node := tree.Text(port, "protocol"), tree.Int(port, "nodePort")
		if kind == "ClusterIP" && node != 0 {
			f.forbidden(diag.ServiceType, at+".nodePort", "may not be used when `type` is 'ClusterIP'")
		}
		if key := (pair{protocol, node}); node != 0 {
			if nodes[key] {
				f.duplicate(diag.ServicePortRepeated, at+".nodePort", node)
			}
			nodes[key] = true
		}
		key := pair{protocol, tree.Int(port, "port")}
		if seen[key] {
			f.duplicate(diag.ServicePortRepeated, at, fmt.Sprintf("%s %d", key.protocol, key.number))
		}
		seen[key] = true
	}
}

// servicePort reviews SVC-03 to SVC-08.
func (f *findings) servicePort(port object, at string, named bool, names map[string]bool) {
	switch name := tree.Text(port, "name"); {
	case name == "" && named:
		f.required(diag.ServicePortName, at+".name")
	case name != "":
		f.invalidAll(diag.ServicePortName, at+".name", name, labelErrors(name))
		if names[name] {
			f.duplicate(diag.ServicePortName, at+".name", name)
		}
		names[name] = true
	}
	number := tree.Int(port, "port")
	f.invalidAll(diag.ServicePortRange, at+".port", number, portNumberErrors(number))
	f.protocol(diag.ServicePortRange, port, at)
	f.portNumberOrName(diag.ServiceTargetPort, port["targetPort"], at+".targetPort")
	if app, ok := port["appProtocol"].(string); ok {
		f.invalidAll(diag.ServiceAppProtocol, at+".appProtocol", app, QualifiedNameErrors(app))
	}
}

func (f *findings) protocol(code diag.Code, port object, at string) {
	switch protocol := tree.Text(port, "protocol"); protocol {
	case "TCP", "UDP", "SCTP":
	case "":
		f.required(code, at+".protocol")
	default:
		f.unsupported(code, at+".protocol", protocol, "SCTP", "TCP", "UDP")
	}
}

// portNumberOrName reviews a value that is a number or the name of a port.
func (f *findings) portNumberOrName(code diag.Code, v any, at string) {
	switch v := v.(type) {
	case string:
		f.invalidAll(code, at, v, portNameErrors(v))
	case int64:
		f.invalidAll(code, at, v, portNumberErrors(v))
	default:
		f.invalidAll(code, at, 0, portNumberErrors(0))
	}
}

// serviceType reviews SVC-09 and SVC-10.
func (f *findings) serviceType(spec object) {
	switch kind := tree.Text(spec, "type"); kind {
	case "LoadBalancer", "NodePort":
		if isHeadless(spec) {
			f.invalid(diag.ServiceType, "spec.clusterIPs[0]", "None", "may not be set to 'None' for "+kind+" services")
		}
	case "ExternalName":
		f.externalName(spec)
	case "ClusterIP":
	default:
		f.unsupported(diag.ServiceType, "spec.type", kind, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
	}
}

func (f *findings) externalName(spec object) {
	for _, name := range []string{"clusterIPs", "ipFamilies"} {
		if len(tree.List(spec, name)) > 0 {
			f.forbidden(diag.ServiceExternalName, "spec."+name, "may not be set for ExternalName services")
		}
	}
	if tree.Has(spec, "ipFamilyPolicy") {
		f.forbidden(diag.ServiceExternalName, "spec.ipFamilyPolicy", "may not be set for ExternalName services")
	}
	const at = "spec.externalName"
	switch name := strings.TrimSuffix(tree.Text(spec, "externalName"), "."); name {
	case "":
		f.required(diag.ServiceExternalName, at)
	default:
		f.invalidAll(diag.ServiceExternalName, at, name, subdomainErrors(name))
	}
}

func (f *findings) selector(spec object) {
	f.labels(diag.ServiceSelector, tree.Child(spec, "selector"), "spec.selector")
}

// affinity reviews SVC-11.
func (f *findings) affinity(spec object) {
	switch affinity := tree.Text(spec, "sessionAffinity"); affinity {
	case "None":
	case "ClientIP":
		const most = 86400
		client := tree.Child(tree.Child(spec, "sessionAffinityConfig"), "clientIP")
		if seconds := tree.Int(client, "timeoutSeconds"); seconds <= 0 || seconds > most {
			f.invalid(diag.ServiceAffinity, "spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds,
				fmt.Sprintf("must be greater than 0 and less than %d", most))
		}
	default:
		f.unsupported(diag.ServiceAffinity, "spec.sessionAffinity", affinity, "ClientIP", "None")
	}
}

// externalIPs reviews SVC-12's last part.
func (f *findings) externalIPs(spec object) {
	for i, v := range tree.List(spec, "externalIPs") {
		ip, at := v.(string), tree.Index("spec.externalIPs", i)
		if !f.address(at, ip) {
			continue
		}
		addr, _ := netip.ParseAddr(ip)
		switch {
		case addr.IsUnspecified():
			f.invalid(diag.ServiceIP, at, ip, "may not be unspecified ("+ip+")")
		case addr.IsLoopback():
			f.invalid(diag.ServiceIP, at, ip, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
		case addr.IsLinkLocalUnicast():
			f.invalid(diag.ServiceIP, at, ip, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
		case addr.IsLinkLocalMulticast():
			f.invalid(diag.ServiceIP, at, ip, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
		}
	}
}
