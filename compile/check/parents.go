package check

import (
	"fmt"
	"strconv"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/route"
	"routec.dev/routec/ir"
)

// parents reports parentRefs that dangle or ask for what there is not (spec/admission.md
// GW-04, GW-10 to GW-13).
func parents(in *Input, report *diag.Report) {
	for i := range in.routes {
		r := &in.routes[i]
		seen := map[route.Parent]bool{}
		for _, p := range r.parents {
			in.parent(r, p, report)
			key := p
			key.Index, key.Section = 0, false
			if seen[key] {
				say(report, diag.ParentRepeated, diag.Warning, r.Meta, index("spec.parentRefs", p.Index),
					fmt.Sprintf("%s is listed twice, which has the effect of once", short(p.Ref)), "remove one of them")
			}
			seen[key] = true
		}
	}
}

func (in *Input) parent(r *routeView, p route.Parent, report *diag.Report) {
	field := index("spec.parentRefs", p.Index)
	of := name{p.Ref.Namespace, p.Ref.Name}
	switch p.Ref.Kind {
	case route.Service:
		if s := in.services[of]; s != nil {
			in.serviceParent(r, p, s, report)
			break
		}
		help, fix := in.similarService(of)
		say(report, diag.ParentMissing, diag.Warning, r.Meta, field+".name",
			fmt.Sprintf("there is no %s among the manifests: where the cluster has none either, Linkerd does not accept this route, and uses none of it there", short(p.Ref)), help)
		report.Fix(fix...)
	case route.EgressNetwork:
		if in.networks[of] == nil {
			say(report, diag.ParentMissing, diag.Warning, r.Meta, field+".name",
				fmt.Sprintf("there is no %s among the manifests: where the cluster has none either, Linkerd does not accept this route, and uses none of it there", short(p.Ref)),
				"add the EgressNetwork, or mend the name and namespace")
		}
	case route.Server:
		if in.servers[of] == nil && p.Ref.Namespace == r.Namespace && !p.HasPort && !p.Section {
			say(report, diag.ParentMissing, diag.Warning, r.Meta, field+".name",
				fmt.Sprintf("there is no %s among the manifests: where the cluster has none either, no proxy serves this route, and policies that target it let nobody in", short(p.Ref)),
				"add the Server, or mend the name")
		}
		return
	}
	if p.Section {
		in.section(r, p, report)
	}
}

func (in *Input) serviceParent(r *routeView, p route.Parent, s *manifest.Object[manifest.ServiceSpec], report *diag.Report) {
	field := index("spec.parentRefs", p.Index)
	if c, ok := r.accepted(p); ok && c.Reason == "NoMatchingParent" {
		what := "headless"
		if s.Spec.Type == "ExternalName" {
			what = "an ExternalName"
		}
		say(report, diag.ParentUnfit, diag.Error, r.Meta, field,
			fmt.Sprintf("%s is %s, without an address of its own: Linkerd does not accept routes on it, and uses none of this one", short(p.Ref), what),
			"attach the route to a Service with a cluster IP; a Service like this one can only be a backend",
			diag.Related{At: s.At("spec"), Message: "the Service"})
		return
	}
	if !p.HasPort || hasPort(s, p.Port) {
		return
	}
	say(report, diag.ParentPortUnknown, diag.Error, r.Meta, field+".port",
		fmt.Sprintf("%s has no port %d: the route is accepted, and used for no request, because proxies refuse connections to a port that the Service does not declare", short(p.Ref), p.Port),
		declared(s), diag.Related{At: s.At("spec.ports"), Message: "the Service's ports"})
}

func hasPort(s *manifest.Object[manifest.ServiceSpec], port int32) bool {
	for i := range s.Spec.Ports {
		if s.Spec.Ports[i].Port == port {
			return true
		}
	}
	return false
}

// declared says which ports a Service has.
func declared(s *manifest.Object[manifest.ServiceSpec]) string {
	var words []string
	for _, p := range s.Spec.Ports {
		words = append(words, strconv.Itoa(int(p.Port)))
	}
	if len(words) == 0 {
		return "the Service declares no ports"
	}
	return "the Service declares " + among(words)
}

// section reports a sectionName, with the port that it may have meant.
func (in *Input) section(r *routeView, p route.Parent, report *diag.Report) {
	section := text(r.refs[p.Index].SectionName)
	help := "remove it"
	if s := in.service(p.Ref); s != nil {
		for _, port := range s.Spec.Ports {
			if port.Name == section {
				help = fmt.Sprintf("write port: %d", port.Port)
			}
		}
	}
	effect := "the route applies to every port"
	if p.HasPort {
		effect = fmt.Sprintf("the route applies to port %d", p.Port)
	}
	say(report, diag.ParentSection, diag.Warning, r.Meta, index("spec.parentRefs", p.Index)+".sectionName",
		fmt.Sprintf("Linkerd does not look at sectionName, so %s of %s, whatever %s is", effect, short(p.Ref), section), help)
}

// similarService suggests a Service of the same namespace with a name that is near, or one
// of that name elsewhere; the fix is for the field of the name.
func (in *Input) similarService(of name) (help string, fix []diag.Edit) {
	in.namesOnce.Do(in.nameServices)
	const most = 1000 // names to compare with
	if names := in.byNamespace[of.namespace]; len(names) <= most {
		if near := diag.Nearest(of.name, names); near != "" {
			return fmt.Sprintf("did you mean %s?", near), []diag.Edit{{Value: near}}
		}
	}
	if namespace, ok := in.byServiceName[of.name]; ok {
		return fmt.Sprintf("did you mean the Service of that name in namespace %s?", namespace), nil
	}
	return "add the Service, or mend the name and namespace", nil
}

// nameServices indexes Services by the parts of their names.
func (in *Input) nameServices() {
	in.byNamespace, in.byServiceName = map[string][]string{}, map[string]string{}
	for i := range in.Set.Services {
		s := &in.Set.Services[i]
		in.byNamespace[s.Namespace] = append(in.byNamespace[s.Namespace], s.Name)
		if _, known := in.byServiceName[s.Name]; !known {
			in.byServiceName[s.Name] = s.Namespace
		}
	}
}

// targetOf returns the decided target of a parent, or nil.
func (in *Input) targetOf(p route.Parent) *ir.Target { return in.targets[p.Ref] }
