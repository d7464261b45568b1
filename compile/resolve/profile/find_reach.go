package profile

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// reach reports a ServiceProfile that nobody is given: its name, its namespace or its
// Service stand in the way (spec/profiles.md §1.3, §1.6, §4.1).
func (f *finder) reach(sp *converted) {
	svc := f.services[sp.Name]
	if svc == nil {
		f.nameless(sp)
		return
	}
	if sp.Namespace != svc.Namespace && len(f.visited) > 0 && !f.visited[sp.Namespace] {
		f.say(sp, diag.ProfileUnvisited, diag.Warning, "metadata.namespace",
			fmt.Sprintf("only clients in %s are given this ServiceProfile, and no workload lives there", sp.Namespace),
			fmt.Sprintf("for all clients, put it into the Service's namespace %s", svc.Namespace))
	}
	if why := f.notAsked(svc); why != "" {
		f.say(sp, diag.ProfileNotAsked, diag.Warning, "metadata.name", why+", so the ServiceProfile has no effect on ordinary clients", "use routes, or remove it")
	}
}

func (f *finder) nameless(sp *converted) {
	domain := "svc." + f.program.Settings.ClusterDomain
	why := fmt.Sprintf("the name is not SERVICE.NAMESPACE.%s, so no proxy ever looks it up", domain)
	if labels, ok := strings.CutSuffix(sp.Name, "."+domain); ok && strings.Count(labels, ".") == 1 {
		service, namespace, _ := strings.Cut(labels, ".")
		why = fmt.Sprintf("there is no Service %s/%s here, so the ServiceProfile has no effect", namespace, service)
	}
	f.say(sp, diag.ProfileNameUnknown, diag.Warning, "metadata.name", why, "name a ServiceProfile after the full name of its Service")
}

func (f *finder) notAsked(svc *manifest.Object[manifest.ServiceSpec]) string {
	target := f.program.Target(svc.Ref())
	switch {
	case svc.Spec.Type == "ExternalName":
		return "the Service is an ExternalName, whose profile cannot be looked up"
	case target == nil:
		return ""
	case f.program.Settings.Reach(target) == ir.ReachedByPods:
		return "the Service is headless, so that clients connect to its Pods by their own addresses"
	case f.program.Settings.Reach(target) == ir.ReachedOutside:
		return "the Service's cluster IP lies outside the cluster networks, where proxies ask for no profile"
	}
	return ""
}

// effective reports whether proxies would obey the ServiceProfile for anything.
func (f *finder) effective(sp *converted) bool {
	p := sp.complete(ir.Profile{Port: f.anyPort(sp)})
	return p.Answer == ir.Message && (p.Routed(proxy()) || len(p.UsableOverrides()) > 0)
}

// effect reports a ServiceProfile that exists and governs nothing (spec/profiles.md §4.3).
func (f *finder) effect(sp *converted) {
	svc := f.services[sp.Name]
	if svc == nil || f.notAsked(svc) != "" {
		return // said already: see reach
	}
	if f.effective(sp) || f.serverSide(sp) != nil {
		return // the latter is deliberate: see hides
	}
	f.say(sp, diag.ProfileNoEffect, diag.Warning, "spec",
		fmt.Sprintf("the ServiceProfile has no route or override that a proxy can use, so it changes nothing: %s obey the OutboundPolicy", f.whose(sp)),
		"give it a route, or remove it")
}

// serverSide returns the ServiceProfile in the Service's namespace that sp hides from the
// clients of its own; nil if sp is that one or there is none.
func (f *finder) serverSide(sp *converted) *converted {
	svc := f.services[sp.Name]
	if svc == nil || svc.Namespace == sp.Namespace {
		return nil
	}
	return f.lookup(sp.Name, svc.Namespace)
}

// hides reports a ServiceProfile in a client namespace that takes the place of the one in
// the Service's: whole, whatever it holds (spec/profiles.md §1.4, §4.6).
func (f *finder) hides(sp *converted) {
	other := f.serverSide(sp)
	if other == nil {
		return
	}
	severity, effect := diag.Warning, "obey this one alone, nothing of it is merged"
	if !f.effective(sp) && f.effective(other) {
		severity, effect = diag.Info, "obey the OutboundPolicy instead"
	}
	f.report.Add(diag.Diagnostic{
		Code: diag.ProfileHides, Severity: severity, Object: sp.Identity.String(), At: sp.At("metadata.namespace"),
		Message: fmt.Sprintf("clients in %s no longer see %s: they %s", sp.Namespace, title(other.Ref()), effect),
		Related: []diag.Related{{At: other.Place, Message: "hidden from them"}},
		Help:    "if that is not meant, remove this ServiceProfile",
	})
}
