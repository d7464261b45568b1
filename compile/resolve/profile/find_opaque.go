package profile

import (
	"fmt"
	"slices"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// opaqueness reports ports of which the two controllers think differently
// (spec/profiles.md §4.8).
func (f *finder) opaqueness(svc *manifest.Object[manifest.ServiceSpec], t *ir.Target) {
	var panics, onlyProfile, onlyPolicy cells
	for i := range t.Governs {
		g := &t.Governs[i]
		p := t.ProfileFor(g.Port, g.Client)
		switch {
		case g.Reason == ir.OpaqueConflict:
			panics.add(t, g)
		case p.Answer != ir.Message:
		case p.Opaque && t.PolicyFor(g.Port, g.Client).Protocol != ir.Opaque:
			onlyProfile.add(t, g)
		case !p.Opaque && t.Opaque.Has(g.Port):
			onlyPolicy.add(t, g)
		}
	}
	f.disagree(svc, t, &panics, diag.OpaquePanics, diag.Error,
		"opaque to the destination controller, while the policy controller fixes HTTP or TLS there, on which the proxy panics: connections of %s are dropped")
	f.disagree(svc, t, &onlyProfile, diag.OpaqueDisagreement, diag.Warning,
		"opaque to the destination controller and not to the policy controller: connections of %s are opaque, and no HTTP or gRPC route has a say")
	f.disagree(svc, t, &onlyPolicy, diag.OpaqueDisagreement, diag.Warning,
		"opaque to the policy controller and not to the destination controller: connections of %s are opaque")
}

func (f *finder) disagree(svc *manifest.Object[manifest.ServiceSpec], t *ir.Target, c *cells, code diag.Code, severity diag.Severity, format string) {
	if len(c.ports) == 0 {
		return
	}
	f.report.Add(diag.Diagnostic{
		Code: code, Severity: severity, Object: svc.Identity.String(), At: f.opaqueField(svc, c.ports),
		Message: c.where(t) + " is " + fmt.Sprintf(format, c.who(t)),
		Help:    "list ports in config.linkerd.io/opaque-ports as numbers or ranges, without spaces inside, and leave out ports that speak HTTP",
	})
}

// opaqueField is what makes a port opaque or HTTP: the annotation, else the port itself.
func (f *finder) opaqueField(svc *manifest.Object[manifest.ServiceSpec], ports []string) source.Place {
	if _, set := svc.Annotations[annotation.OpaquePorts]; set {
		return svc.At(annotationField(annotation.OpaquePorts))
	}
	i := slices.IndexFunc(svc.Spec.Ports, func(p manifest.ServicePort) bool { return fmt.Sprint(p.Port) == ports[0] })
	return svc.At(source.Index("spec.ports", i))
}
