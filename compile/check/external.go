package check

import (
	"fmt"
	"net/netip"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// externalWorkloads reports parts of an ExternalWorkload that every gate takes and nobody uses
// (spec/admission.md EXW-03).
func externalWorkloads(in *Input, report *diag.Report) {
	for i := range in.Set.ExternalWorkloads {
		w := &in.Set.ExternalWorkloads[i]
		for j, ip := range w.Spec.WorkloadIPs {
			if ip.IP == nil {
				continue // the object does not decode, which is reported
			}
			externalAddress(w, index("spec.workloadIPs", j)+".ip", *ip.IP, report)
		}
		externalPorts(w, report)
	}
}

func externalAddress(w *manifest.Object[manifest.ExternalWorkloadSpec], field, text string, report *diag.Report) {
	addr, err := netip.ParseAddr(text)
	switch {
	case err != nil:
		say(report, diag.WorkloadUnused, diag.Warning, &w.Meta, field,
			fmt.Sprintf("%q is no IP address, so nobody reaches the workload there", text), "write an address such as 192.0.2.4")
	case addr.String() != text:
		say(report, diag.WorkloadUnused, diag.Warning, &w.Meta, field,
			fmt.Sprintf("%s is not the usual form of this address, and the destination controller compares texts: connections to the address do not find the workload", text), "write "+addr.String())
	}
}

func externalPorts(w *manifest.Object[manifest.ExternalWorkloadSpec], report *diag.Report) {
	last := map[string]int{}
	for i, p := range w.Spec.Ports {
		field := index("spec.ports", i)
		if p.Protocol != "" && !strings.EqualFold(p.Protocol, "TCP") {
			say(report, diag.WorkloadUnused, diag.Warning, &w.Meta, field+".protocol",
				fmt.Sprintf("Linkerd carries TCP only, so the %s port %d of this workload is not used, and no Server selects it by name", p.Protocol, p.Port), "declare the port with protocol TCP, or remove it")
			continue
		}
		if before, twice := last[p.Name]; twice && p.Name != "" {
			say(report, diag.WorkloadUnused, diag.Warning, &w.Meta, index("spec.ports", before)+".name",
				fmt.Sprintf("the name %s comes again, and the last one counts: a Server for port %s selects port %d, not port %d", p.Name, p.Name, p.Port, w.Spec.Ports[before].Port),
				"give each port a name of its own", diag.Related{At: w.At(field + ".name"), Message: "the one that counts"})
		}
		last[p.Name] = i
	}
}
