package profile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// A finder says what is worth saying about decided profiles. It changes nothing.
type finder struct {
	program  *ir.Program
	named    map[string][]*converted                           // ServiceProfiles by name; each list by namespace
	services map[string]*manifest.Object[manifest.ServiceSpec] // by full name
	visited  map[string]bool                                   // namespaces that hold workloads
	report   *diag.Report
}

// find reports what spec/profiles.md §5.5 lists, on ServiceProfiles and on who governs.
func find(set *manifest.Set, all []*converted, program *ir.Program, report *diag.Report) {
	f := &finder{program, byName(all), servicesByName(set, program.Settings.ClusterDomain), visitedBy(set), report}
	for _, sp := range all {
		f.reach(sp)
		if f.unserved(sp) {
			continue // the rest of it has no effect
		}
		f.tooDeep(sp)
		f.conditions(sp)
		f.timeouts(sp)
		f.budget(sp)
		f.overrides(sp)
		f.effect(sp)
		f.hides(sp)
	}
	for i := range set.Services {
		f.governance(&set.Services[i])
	}
}

func servicesByName(set *manifest.Set, domain string) map[string]*manifest.Object[manifest.ServiceSpec] {
	out := make(map[string]*manifest.Object[manifest.ServiceSpec], len(set.Services))
	for i := range set.Services {
		out[fqdn(&set.Services[i].Meta, domain)] = &set.Services[i]
	}
	return out
}

func visitedBy(set *manifest.Set) map[string]bool {
	out := map[string]bool{}
	for i := range set.Workloads {
		out[set.Workloads[i].Namespace] = true
	}
	for i := range set.ExternalWorkloads {
		out[set.ExternalWorkloads[i].Namespace] = true
	}
	return out
}

// lookup finds the ServiceProfile of that name in a namespace, or nil.
func (f *finder) lookup(name, namespace string) *converted {
	list := f.named[name]
	i, found := slices.BinarySearchFunc(list, namespace, func(sp *converted, namespace string) int { return cmp.Compare(sp.Namespace, namespace) })
	if !found {
		return nil
	}
	return list[i]
}

// place is where a selected ServiceProfile was written.
func (f *finder) place(profile ir.Ref) source.Place {
	if sp := f.lookup(profile.Name, profile.Namespace); sp != nil {
		return sp.Place
	}
	return source.Place{}
}

// say reports a finding on a field of a ServiceProfile.
func (f *finder) say(sp *converted, code diag.Code, severity diag.Severity, field, message, help string) {
	f.report.Add(diag.Diagnostic{
		Code: code, Severity: severity, Object: sp.Identity.String(), At: sp.At(field), Message: message, Help: help,
	})
}

// title names a ServiceProfile in a message.
func title(r ir.Ref) string { return "ServiceProfile " + r.Namespace + "/" + r.Name }

// whose says who the clients of a ServiceProfile are.
func (f *finder) whose(sp *converted) string {
	svc := f.services[sp.Name]
	switch {
	case svc == nil:
		return "whoever asks for it"
	case svc.Namespace != sp.Namespace:
		return "clients in " + sp.Namespace
	}
	return "clients of " + svc.Namespace + "/" + svc.Name
}

// among joins words as in "a, b and c".
func among(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// mostWords is how many of a list a message shows.
const mostWords = 5

// few joins the first words, and counts the others.
func few(words []string) string {
	if len(words) > mostWords {
		words = append(words[:mostWords:mostWords], fmt.Sprintf("%d more", len(words)-mostWords))
	}
	return among(words)
}
