package core

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
)

const ipv4, ipv6 = "IPv4", "IPv6"

// addresses settles clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy, for a cluster
// with those families (SVC-12). What it finds is told alone.
func (f *findings) addresses(spec object, families []string) {
	if ip := tree.Text(spec, "clusterIP"); ip != "" && len(tree.List(spec, "clusterIPs")) == 0 {
		spec["clusterIPs"] = []any{ip}
	}
	if tree.Text(spec, "type") == "ExternalName" {
		return
	}
	bare := tree.Text(spec, "clusterIP") == "None" && len(tree.Child(spec, "selector")) == 0
	if !tree.Has(spec, "ipFamilyPolicy") {
		spec["ipFamilyPolicy"] = "SingleStack"
		if bare {
			spec["ipFamilyPolicy"] = "RequireDualStack"
		}
	}
	f.clusterIPs(spec)
	if len(f.list) > 0 {
		return
	}
	f.inferFamilies(spec, families)
	if len(f.list) > 0 {
		return
	}
	if bare {
		bareFamilies(spec, families)
		return
	}
	f.configured(spec, families)
}

// clusterIPs reviews what the fields say of each other.
func (f *findings) clusterIPs(spec object) {
	const at = "spec.clusterIPs"
	ips := tree.List(spec, "clusterIPs")
	single := tree.Text(spec, "clusterIP")
	switch {
	case single == "" && len(ips) > 0:
		f.invalid(diag.ServiceIP, at, ips, "must be empty when `clusterIP` is not specified")
	case single != "" && ips[0] != single:
		f.invalid(diag.ServiceIP, at, ips, "first value must match `clusterIP`")
	}
	families := tree.List(spec, "ipFamilies")
	for i, family := range families {
		if family != ipv4 && family != ipv6 {
			f.unsupported(diag.ServiceIP, tree.Index("spec.ipFamilies", i), family.(string), ipv4, ipv6)
		}
		for j := 0; j < i; j++ {
			if families[j] == family {
				f.duplicate(diag.ServiceIP, tree.Index("spec.ipFamilies", i), family)
				break
			}
		}
	}
	switch policy := tree.Text(spec, "ipFamilyPolicy"); policy {
	case "SingleStack", "PreferDualStack", "RequireDualStack":
	default:
		f.unsupported(diag.ServiceIP, "spec.ipFamilyPolicy", policy, "PreferDualStack", "RequireDualStack", "SingleStack")
	}
	if f.ipTexts(ips) {
		f.ipFamilies(ips, families)
	}
}

// ipTexts reviews each address; false stops the rules on families.
func (f *findings) ipTexts(ips []any) bool {
	good := true
	for i, ip := range ips {
		if i == 0 && ip == "None" {
			if len(ips) > 1 {
				good = false
				f.invalid(diag.ServiceIP, "spec.clusterIPs", ips, "'None' must be the first and only value")
			}
			continue
		}
		good = f.address(tree.Index("spec.clusterIPs", i), ip.(string)) && good
	}
	if len(ips) > 2 {
		f.invalid(diag.ServiceIP, "spec.clusterIPs", ips, "may only hold up to 2 values")
	}
	return good
}

// address reviews one IP address; from Kubernetes 1.36 on without leading zeros.
func (f *findings) address(at, ip string) bool {
	errs := validation.IsValidIPForLegacyField(field.NewPath(at), ip, true, nil)
	f.fromAPI(diag.ServiceIP, errs)
	return len(errs) == 0
}

// fromAPI takes over what a rule of the API server's library found.
func (f *findings) fromAPI(code diag.Code, errs field.ErrorList) {
	for _, e := range errs {
		f.add(code, verdict.Reason(e.Type), e.Field, e.ErrorBody())
	}
}

func (f *findings) ipFamilies(ips, families []any) {
	if len(ips) == 0 || ips[0] == "None" {
		return
	}
	if len(ips) > 1 && oneFamily(ips) {
		f.invalid(diag.ServiceIP, "spec.clusterIPs", ips, "may specify no more than one IP for each IP family")
	}
	for i, ip := range ips {
		if i == len(families) {
			break
		}
		if want := families[i]; (want == ipv4 || want == ipv6) && want != familyOf(ip.(string)) {
			f.invalid(diag.ServiceIP, tree.Index("spec.clusterIPs", i), ip, fmt.Sprintf("expected an %s value as indicated by `ipFamilies[%d]`", want, i))
		}
	}
}

func oneFamily(ips []any) bool {
	for _, ip := range ips {
		if familyOf(ip.(string)) != familyOf(ips[0].(string)) {
			return false
		}
	}
	return true
}

// inferFamilies adds the families of the addresses.
func (f *findings) inferFamilies(spec object, configured []string) {
	const at, words = "spec.ipFamilyPolicy", "must be 'RequireDualStack' or 'PreferDualStack' when multiple "
	ips, families := tree.List(spec, "clusterIPs"), tree.List(spec, "ipFamilies")
	if policy := tree.Text(spec, "ipFamilyPolicy"); policy == "SingleStack" {
		if len(ips) == 2 {
			f.invalid(diag.ServiceIP, at, policy, words+"cluster IPs are specified")
		}
		if len(families) == 2 {
			f.invalid(diag.ServiceIP, at, policy, words+"IP families are specified")
		}
	}
	for i, ip := range ips {
		if ip == "None" {
			break
		}
		if i < len(families) {
			continue
		}
		family := familyOf(ip.(string))
		if !contains(configured, family) {
			f.invalid(diag.ServiceIP, tree.Index("spec.clusterIPs", i), ips, family+" is not configured on this cluster")
			continue
		}
		families = append(families, family)
		spec["ipFamilies"] = families
	}
}

// bareFamilies settles a headless Service without selector, which may have both
// families wherever it is.
func bareFamilies(spec object, configured []string) {
	families := tree.List(spec, "ipFamilies")
	if len(families) == 0 {
		families = []any{configured[0]}
	}
	if len(families) < 2 && tree.Text(spec, "ipFamilyPolicy") != "SingleStack" {
		families = append(families, other(families[0]))
	}
	spec["ipFamilies"] = families
}

// configured settles the families of any other Service.
func (f *findings) configured(spec object, configured []string) {
	families := tree.List(spec, "ipFamilies")
	policy := tree.Text(spec, "ipFamilyPolicy")
	if policy == "RequireDualStack" && len(configured) < 2 {
		f.invalid(diag.ServiceIP, "spec.ipFamilyPolicy", policy, "this cluster is not configured for dual-stack services")
	}
	for i, family := range families {
		if !contains(configured, family.(string)) {
			f.invalid(diag.ServiceIP, tree.Index("spec.ipFamilies", i), family, "not configured on this cluster")
		}
	}
	if len(f.list) > 0 {
		return
	}
	if len(families) == 0 {
		families = []any{configured[0]}
	}
	if policy != "SingleStack" && len(families) == 1 && len(configured) == 2 {
		families = append(families, other(families[0]))
	}
	spec["ipFamilies"] = families
}

func other(family any) any {
	if family == ipv4 {
		return ipv6
	}
	return ipv4
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
