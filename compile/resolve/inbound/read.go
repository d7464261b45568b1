package inbound

import (
	"fmt"
	"strconv"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

func index(field string, i int) string { return source.Index(field, i) }

func quote(s string) string { return strconv.Quote(s) }

// An unreadable field is why the controller does not see an object at all.
type unreadable struct{ field, why string }

// readExternal keeps the ExternalWorkloads that the controller can read.
func (c *Cluster) readExternal() {
	for i := range c.set.ExternalWorkloads {
		o := &c.set.ExternalWorkloads[i]
		if bad := readExternal(&o.Spec); bad != nil {
			c.complain(diag.WorkloadUnreadable, diag.Error, &o.Meta, bad.field,
				bad.why+"; the policy controller cannot read this ExternalWorkload and does not know it", "add what is missing, and write the object as workload.linkerd.io/v1beta1")
			continue
		}
		c.external = append(c.external, *o)
	}
}

func readExternal(s *manifest.ExternalWorkloadSpec) *unreadable {
	if s.MeshTLS == nil {
		return &unreadable{"spec", "it has no meshTLS"}
	}
	if s.MeshTLS.Identity == nil || s.MeshTLS.ServerName == nil {
		return &unreadable{"spec.meshTLS", "it lacks identity or serverName"}
	}
	for i, ip := range s.WorkloadIPs {
		if ip.IP == nil {
			return &unreadable{index("spec.workloadIPs", i), "it has no ip"}
		}
	}
	for i, p := range s.Ports {
		if p.Port < 1 || p.Port > 65535 {
			return &unreadable{index("spec.ports", i) + ".port", fmt.Sprintf("%d is not a port number", p.Port)}
		}
	}
	return nil
}

// missing returns why a reference cannot be read: it needs a kind and a name.
func missing(r manifest.TargetRef, field string) *unreadable {
	switch {
	case r.Kind == nil:
		return &unreadable{field, "the reference has no kind"}
	case r.Name == nil:
		return &unreadable{field, "the reference has no name"}
	}
	return nil
}

// unreadablePolicy reports a policy that the controller does not see.
func (c *Cluster) unreadablePolicy(m *manifest.Meta, bad *unreadable) {
	c.complain(diag.PolicyUnreadable, diag.Error, m, bad.field,
		bad.why+"; the policy controller cannot read this "+m.Kind+" and behaves as if it were not there", "write what the field takes")
}
