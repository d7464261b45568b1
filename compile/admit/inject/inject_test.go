package inject

import (
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// labels and annotations are written "k=v k=v"; the prefix config.linkerd.io/ is "c:".
func pairs(s string) map[string]string {
	if s == "" {
		return nil
	}
	out := map[string]string{}
	for _, f := range strings.Fields(s) {
		k, v, _ := strings.Cut(f, "=")
		out[strings.Replace(k, "c:", "config.linkerd.io/", 1)] = v
	}
	return out
}

func writtenPairs(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, strings.Replace(k, "config.linkerd.io/", "c:", 1)+"="+m[k])
	}
	return strings.Join(out, " ")
}

type template struct {
	kind, labels, annotations string
	spec                      manifest.PodSpec
}

func (x template) workload() manifest.Object[manifest.WorkloadSpec] {
	w := manifest.Object[manifest.WorkloadSpec]{Meta: manifest.Meta{Identity: manifest.Identity{Kind: x.kind, Namespace: "shop", Name: "web"}}}
	if w.Kind == "" {
		w.Kind = "Deployment"
	}
	t := manifest.PodTemplate{Metadata: manifest.PodMetadata{Labels: pairs(x.labels), Annotations: pairs(x.annotations)}, Spec: x.spec}
	switch w.Kind {
	case "Pod":
		w.Labels, w.Annotations, w.Spec.PodSpec = t.Metadata.Labels, t.Metadata.Annotations, t.Spec
	case "CronJob":
		w.Spec.JobTemplate.Spec.Template = t
	default:
		w.Spec.Template = t
	}
	return w
}

// inject runs the webhook over one workload of a Namespace with these annotations.
func inject(annotations, labels string, x template) (manifest.Pod, bool, string) {
	report := &diag.Report{}
	set := &manifest.Set{
		Namespaces: []manifest.Meta{{Identity: manifest.Identity{Kind: "Namespace", Name: "shop"}, Annotations: pairs(annotations), Labels: pairs(labels)}},
		Workloads:  []manifest.Object[manifest.WorkloadSpec]{x.workload()},
	}
	Objects(set, manifest.DefaultMesh(), report)
	var codes []string
	for _, d := range report.Sorted() {
		codes = append(codes, string(d.Code))
	}
	if len(set.Pods) == 0 {
		return manifest.Pod{}, false, strings.Join(codes, " ")
	}
	return set.Pods[0], true, strings.Join(codes, " ")
}

// The truth table of linkerd.io/inject (spec/inbound.md §1.5 A).
func TestInjectAnnotation(t *testing.T) {
	for _, c := range []struct {
		ns, pod string
		want    bool
	}{
		{"", "", false}, {"", "enabled", true}, {"", "ingress", true}, {"", "disabled", false}, {"", "yes", false},
		{"enabled", "", true}, {"enabled", "enabled", true}, {"enabled", "disabled", false}, {"enabled", "true", false},
		{"ingress", "", true}, {"ingress", "disabled", false},
		{"disabled", "", false}, {"disabled", "enabled", true}, {"disabled", "ingress", true},
		{"yes", "enabled", false}, {"Enabled", "enabled", false},
	} {
		write := func(v string) string {
			if v == "" {
				return ""
			}
			return "linkerd.io/inject=" + v
		}
		if _, got, _ := inject(write(c.ns), "", template{annotations: write(c.pod)}); got != c.want {
			t.Errorf("namespace %q, template %q: %v", c.ns, c.pod, got)
		}
	}
}

func TestEligible(t *testing.T) {
	one := func(c manifest.Container) manifest.PodSpec {
		return manifest.PodSpec{Containers: []manifest.Container{c}}
	}
	first := func(c manifest.Container) manifest.PodSpec {
		return manifest.PodSpec{InitContainers: []manifest.Container{c}}
	}
	const on = "linkerd.io/inject=enabled"
	for _, c := range []struct {
		name     string
		nsLabels string
		template template
		want     bool
	}{
		{"plain", "", template{}, true},
		{"webhooks off", "c:admission-webhooks=disabled", template{}, false},
		{"webhooks of another value", "c:admission-webhooks=enabled", template{}, true},
		{"control plane", "", template{labels: "linkerd.io/control-plane-component=x"}, false},
		{"cni", "", template{labels: "linkerd.io/cni-resource="}, false},
		{"host network", "", template{spec: manifest.PodSpec{HostNetwork: true}}, false},
		{"linkerd-proxy", "", template{spec: one(manifest.Container{Name: "linkerd-proxy"})}, false},
		{"istio-proxy first", "", template{spec: first(manifest.Container{Name: "istio-proxy"})}, false},
		{"proxy image", "", template{spec: one(manifest.Container{Image: "cr.l5d.io/linkerd/proxy:edge"})}, false},
		{"istio image", "", template{spec: one(manifest.Container{Image: "gcr.io/istio-release/proxyv2:1"})}, false},
		{"linkerd-init", "", template{spec: first(manifest.Container{Name: "linkerd-init"})}, false},
		{"init image", "", template{spec: first(manifest.Container{Image: "cr.l5d.io/linkerd/proxy-init:v2"})}, false},
		{"istio init image", "", template{spec: first(manifest.Container{Image: "gcr.io/istio-release/proxy_init:1"})}, false},
		{"init name of a container", "", template{spec: one(manifest.Container{Name: "linkerd-init"})}, true},
		{"premeshed", "", template{labels: "linkerd.io/control-plane-ns=other", spec: one(manifest.Container{Name: "linkerd-proxy"})}, true},
	} {
		if _, got, codes := inject(on, c.nsLabels, c.template); got != c.want {
			t.Errorf("%s: %v %s", c.name, got, codes)
		}
	}
	for _, ns := range []string{"kube-system", "cert-manager"} {
		w := template{annotations: on}.workload()
		w.Namespace = ns
		set := &manifest.Set{Workloads: []manifest.Object[manifest.WorkloadSpec]{w}}
		if Objects(set, manifest.DefaultMesh(), &diag.Report{}); len(set.Pods) != 0 {
			t.Errorf("a Pod of %s was injected", ns)
		}
	}
}

func TestInherit(t *testing.T) {
	const on = "linkerd.io/inject=enabled "
	ports := func(numbers ...int32) manifest.PodSpec {
		var c manifest.Container
		for _, n := range numbers {
			c.Ports = append(c.Ports, manifest.ContainerPort{ContainerPort: n})
		}
		return manifest.PodSpec{Containers: []manifest.Container{c}}
	}
	premeshed := "linkerd.io/control-plane-ns=linkerd"
	for _, c := range []struct {
		name, ns string
		template template
		want     string
	}{
		{"everything of the list", on + "c:default-inbound-policy=deny c:proxy-uid=7 c:skip-inbound-ports=1 other=x", template{},
			"c:default-inbound-policy=deny c:proxy-uid=7 c:skip-inbound-ports=1 linkerd.io/inject=enabled"},
		{"own value first", on + "c:default-inbound-policy=deny", template{annotations: "c:default-inbound-policy="}, "c:default-inbound-policy= linkerd.io/inject=enabled"},
		{"not in the list", on + "c:close-wait-timeout=2s", template{}, "linkerd.io/inject=enabled"},
		{"default opaque ports", on, template{spec: ports(8080, 3306, 25, 3306)}, "c:opaque-ports=3306,25,3306 linkerd.io/inject=enabled"},
		{"inherited opaque ports", on + "c:opaque-ports=80", template{spec: ports(3306)}, "c:opaque-ports=80 linkerd.io/inject=enabled"},
		{"own empty opaque ports", on, template{annotations: "c:opaque-ports=", spec: ports(3306)}, "c:opaque-ports= linkerd.io/inject=enabled"},
		{"an escape", on + `c:opaque-ports=\u0038\u0030`, template{}, "c:opaque-ports=80 linkerd.io/inject=enabled"},
		{"premeshed", "c:default-inbound-policy=deny c:opaque-ports=+80", template{labels: premeshed}, "c:opaque-ports=&#43;80"},
		{"premeshed, default", "", template{labels: premeshed, spec: ports(3306)}, "c:opaque-ports=3306"},
		{"premeshed, own", "c:opaque-ports=80", template{labels: premeshed, annotations: "c:opaque-ports=90"}, "c:opaque-ports=90"},
		{"premeshed, broken", `c:opaque-ports=\x`, template{labels: premeshed, spec: ports(3306)}, ""},
		{"premeshed, exempt", "c:opaque-ports=80", template{labels: premeshed + " linkerd.io/cni-resource=x"}, ""},
	} {
		pod, ok, codes := inject(c.ns, "", c.template)
		if got := writtenPairs(pod.Metadata.Annotations); !ok || got != c.want {
			t.Errorf("%s: %v %q (%s), want %q", c.name, ok, got, codes, c.want)
		}
	}
}

// What keeps Pods from coming to be, or from being meshed.
func TestRefused(t *testing.T) {
	const on = "linkerd.io/inject=enabled "
	twice := []manifest.ContainerPort{{ContainerPort: 80}, {ContainerPort: 80, Protocol: "UDP"}, {ContainerPort: 80, Protocol: "TCP"}}
	host := func(spec manifest.PodSpec) template {
		spec.HostNetwork = true
		return template{labels: "linkerd.io/control-plane-ns=linkerd", spec: spec}
	}
	for _, c := range []struct {
		name, ns string
		template template
		code     diag.Code // "" is meshed
	}{
		{"log headers", on, template{annotations: "c:proxy-log-http-headers=on"}, diag.PodsRefused},
		{"inherited log headers", on + "c:proxy-log-http-headers=on", template{}, diag.PodsRefused},
		{"insecure", on, template{annotations: "c:proxy-log-http-headers=insecure"}, ""},
		{"close wait", on, template{annotations: "c:close-wait-timeout=1s"}, diag.PodsRefused},
		{"short close wait", on, template{annotations: "c:close-wait-timeout=999ms"}, ""},
		{"no close wait", on, template{annotations: "c:close-wait-timeout=soon"}, ""},
		{"admin port 0", on, template{annotations: "c:admin-port=0"}, diag.PodsRefused},
		{"admin port -1", on, template{annotations: "c:admin-port=-1"}, diag.PodsRefused},
		{"inbound port 70000", on + "c:inbound-port=70000", template{}, diag.PodsRefused},
		{"beyond 32 bits", on, template{annotations: "c:admin-port=4294967296"}, ""},
		{"pull policy", on, template{annotations: "c:image-pull-policy=always"}, diag.PodsRefused},
		{"user", on, template{annotations: "c:proxy-uid=-1"}, diag.PodsRefused},
		{"group", on, template{annotations: "c:proxy-gid=2147483648"}, diag.PodsRefused},
		{"request above limit", on + "c:proxy-cpu-request=2", template{annotations: "c:proxy-cpu-limit=1500m"}, diag.PodsRefused},
		{"request and limit", on, template{annotations: "c:proxy-memory-request=64Mi c:proxy-memory-limit=0.1Gi"}, ""},
		{"absurd quantity", on, template{annotations: "c:proxy-memory-request=1e2000000000 c:proxy-memory-limit=1"}, ""},
		{"no quantities", on, template{annotations: "c:proxy-memory-request=much c:proxy-memory-limit=1"}, ""},
		{"negative limit", on, template{annotations: "c:proxy-ephemeral-storage-limit=-1"}, diag.PodsRefused},
		{"quote", on + `c:proxy-log-level=a"b`, template{}, diag.InjectionBroken},
		{"quote hidden", on + `c:proxy-log-level=a"b`, template{annotations: "c:proxy-log-level=info"}, ""},
		{"one of two quotes hidden", on + `c:admin-port="1 c:proxy-log-level=a"b`, template{annotations: "c:admin-port=1"}, diag.InjectionBroken},
		{"quote elsewhere", on + `other=a"b`, template{}, ""},
		{"ports of the host", "", host(manifest.PodSpec{Containers: []manifest.Container{{Ports: twice}}}), diag.PodsRefused},
		{"ports of two containers", "", host(manifest.PodSpec{Containers: []manifest.Container{{Ports: twice[:2]}, {Ports: twice[2:]}}}), diag.PodsRefused},
		{"ports one after the other", "", host(manifest.PodSpec{InitContainers: []manifest.Container{{Ports: twice[:2]}, {Ports: twice[2:]}}}), ""},
	} {
		_, ok, codes := inject(c.ns, "", c.template)
		if ok != (c.code == "") || codes != string(c.code) {
			t.Errorf("%s: meshed %v, %q; want %q", c.name, ok, codes, c.code)
		}
	}
}

func TestLabelsAndContainer(t *testing.T) {
	const on = "linkerd.io/inject=enabled"
	for kind, want := range map[string]string{
		"Pod": "", "CronJob": "", "Deployment": " linkerd.io/proxy-deployment=web", "StatefulSet": " linkerd.io/proxy-statefulset=web",
		"DaemonSet": " linkerd.io/proxy-daemonset=web", "ReplicaSet": " linkerd.io/proxy-replicaset=web",
		"ReplicationController": " linkerd.io/proxy-replicationcontroller=web", "Job": " linkerd.io/proxy-job=web",
	} {
		pod, ok, _ := inject(on, "", template{kind: kind, labels: "app=web linkerd.io/control-plane-ns=old"})
		want = "app=web linkerd.io/control-plane-ns=linkerd" + want + " linkerd.io/workload-ns=shop"
		if got := writtenPairs(pod.Metadata.Labels); !ok || got != want {
			t.Errorf("%s: %v %q, want %q", kind, ok, got, want)
		}
	}
	pod, _, _ := inject(on, "", template{annotations: "c:admin-port=09 c:inbound-port=x"})
	proxy := pod.Spec.InitContainers[0]
	if got := fmt.Sprint(proxy.Ports, proxy.LivenessProbe.HTTPGet, proxy.ReadinessProbe.HTTPGet); got !=
		"[{linkerd-proxy 4143  } {linkerd-admin 9  }] &{/live {9  false}} &{/ready {9  false}}" {
		t.Errorf("container: %s", got)
	}
}

// A dump of a cluster holds Pods, Jobs and ReplicaSets with their owners.
func TestOwners(t *testing.T) {
	own := func(kind, name string, owners ...manifest.Owner) manifest.Object[manifest.WorkloadSpec] {
		w := template{kind: kind}.workload()
		w.Name, w.Owners = name, owners
		return w
	}
	deployment, cron := manifest.Owner{Kind: "Deployment", Name: "d"}, manifest.Owner{Kind: "CronJob", Name: "c"}
	set := &manifest.Set{
		Namespaces: []manifest.Meta{{Identity: manifest.Identity{Name: "shop"}, Annotations: pairs("linkerd.io/inject=enabled")}},
		Workloads: []manifest.Object[manifest.WorkloadSpec]{
			own("ReplicaSet", "rs", deployment), own("ReplicaSet", "rollout", manifest.Owner{Kind: "Rollout", Name: "r"}),
			own("Job", "nightly", cron), own("Job", "once"),
			own("Pod", "of-rs", manifest.Owner{Kind: "ReplicaSet", Name: "rs"}), own("Pod", "of-job", manifest.Owner{Kind: "Job", Name: "nightly"}),
			own("Pod", "of-unknown", manifest.Owner{Kind: "ReplicaSet", Name: "gone"}), own("Pod", "of-two", deployment, cron), own("Pod", "alone"),
			own("Pod", "of-set", manifest.Owner{Kind: "StatefulSet", Name: "s"}),
		},
	}
	Objects(set, manifest.DefaultMesh(), &diag.Report{})
	want := map[string]string{
		"rs": "proxy-deployment=d", "rollout": "proxy-replicaset=rollout", "nightly": "", "once": "proxy-job=once",
		"of-rs": "proxy-deployment=d", "of-job": "", "of-unknown": "proxy-replicaset=gone", "of-two": "", "alone": "", "of-set": "proxy-statefulset=s",
	}
	for _, pod := range set.Pods {
		got := ""
		for k, v := range pod.Metadata.Labels {
			if rest, ok := strings.CutPrefix(k, "linkerd.io/proxy-"); ok {
				got = "proxy-" + rest + "=" + v
			}
		}
		if got != want[pod.Owner.Name] {
			t.Errorf("%s: %q, want %q", pod.Owner.Name, got, want[pod.Owner.Name])
		}
	}
	if len(set.Pods) != len(want) {
		t.Errorf("%d Pods, want %d", len(set.Pods), len(want))
	}
}

// A Pod that is labelled by hand gets its opaque ports, unless the label names another
// control plane.
func TestLabelledOnly(t *testing.T) {
	ports := []manifest.Container{{Ports: []manifest.ContainerPort{{ContainerPort: 3306}}}}
	for label, want := range map[string]string{
		"linkerd.io/control-plane-ns=linkerd": "c:opaque-ports=3306",
		"linkerd.io/control-plane-ns=l5d":     "",
	} {
		set := &manifest.Set{Workloads: []manifest.Object[manifest.WorkloadSpec]{
			template{labels: label, spec: manifest.PodSpec{Containers: ports}}.workload(),
		}}
		Objects(set, manifest.DefaultMesh(), &diag.Report{})
		if got := writtenPairs(set.Pods[0].Metadata.Annotations); got != want {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
	}
}

// What a workload says is left alone: the result is a copy.
func TestInputIsKept(t *testing.T) {
	x := template{labels: "app=web", annotations: "a=b", spec: manifest.PodSpec{Containers: []manifest.Container{{Ports: []manifest.ContainerPort{{ContainerPort: 3306}}}}}}
	w := x.workload()
	set := &manifest.Set{
		Namespaces: []manifest.Meta{{Identity: manifest.Identity{Name: "shop"}, Annotations: pairs("linkerd.io/inject=enabled c:proxy-uid=7")}},
		Workloads:  []manifest.Object[manifest.WorkloadSpec]{w},
	}
	Objects(set, manifest.DefaultMesh(), &diag.Report{})
	m := w.Spec.Template.Metadata
	if writtenPairs(m.Labels) != "app=web" || writtenPairs(m.Annotations) != "a=b" || len(w.Spec.Template.Spec.InitContainers) != 0 {
		t.Errorf("the template was changed: %v", w.Spec.Template)
	}
}

// spec/outbound.md §1.8.
func TestServices(t *testing.T) {
	port := func(port int32, target *manifest.Port) manifest.ServicePort {
		return manifest.ServicePort{Port: port, TargetPort: target}
	}
	for _, c := range []struct {
		name, ns, nsLabels, labels, annotations string
		ports                                   []manifest.ServicePort
		want                                    string
	}{
		{name: "target", ports: []manifest.ServicePort{port(80, &manifest.Port{Number: 3306}), port(3306, &manifest.Port{Number: 80})}, want: "c:opaque-ports=80"},
		{name: "no target", ports: []manifest.ServicePort{port(25, nil), port(3306, &manifest.Port{}), port(81, nil)}, want: "c:opaque-ports=25,3306"},
		{name: "named target", ports: []manifest.ServicePort{port(3306, &manifest.Port{Name: "3306", Named: true})}},
		{name: "own", annotations: "c:opaque-ports=", ns: "c:opaque-ports=80", ports: []manifest.ServicePort{port(3306, nil)}, want: "c:opaque-ports="},
		{name: "inherited", ns: "c:opaque-ports=80-90", ports: []manifest.ServicePort{port(3306, nil)}, want: "c:opaque-ports=80-90"},
		{name: "escaped", ns: `c:opaque-ports=+80"`, want: "c:opaque-ports=&#43;80&#34;"},
		{name: "broken", ns: `c:opaque-ports=8\`, ports: []manifest.ServicePort{port(3306, nil)}},
		{name: "webhooks off", ns: "c:opaque-ports=80", nsLabels: "c:admission-webhooks=disabled"},
		{name: "exempt", ns: "c:opaque-ports=80", labels: "linkerd.io/control-plane-component=x"},
	} {
		set := &manifest.Set{
			Namespaces: []manifest.Meta{{Identity: manifest.Identity{Name: "shop"}, Annotations: pairs(c.ns), Labels: pairs(c.nsLabels)}},
			Services: []manifest.Object[manifest.ServiceSpec]{{
				Meta: manifest.Meta{Identity: manifest.Identity{Kind: "Service", Namespace: "shop", Name: "web"}, Labels: pairs(c.labels), Annotations: pairs(c.annotations)},
				Spec: manifest.ServiceSpec{Ports: c.ports},
			}},
		}
		Objects(set, manifest.DefaultMesh(), &diag.Report{})
		if got := writtenPairs(set.Services[0].Annotations); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Ranges among the mesh's default opaque ports are texts, and match no port.
func TestRangesNeverMatch(t *testing.T) {
	mesh := manifest.DefaultMesh()
	mesh.DefaultOpaquePorts = []string{"3000-4000"}
	set := &manifest.Set{Services: []manifest.Object[manifest.ServiceSpec]{{Spec: manifest.ServiceSpec{Ports: []manifest.ServicePort{{Port: 3306}}}}}}
	if Objects(set, mesh, &diag.Report{}); set.Services[0].Annotations != nil {
		t.Errorf("%v", set.Services[0].Annotations)
	}
}

func FuzzUnquote(f *testing.F) {
	for _, s := range []string{"", "80-90", `\u0038`, `\`, `a"b`, "\x00", "é", "+&<>'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		plain, ok := unquote(text)
		escaped, escapedOK := unquoteEscaped(text)
		if strings.Contains(text, `\`) || !utf8.ValidString(text) {
			return // an escape can become anything; all that counts is that nothing panics
		}
		if bare := strings.Contains(text, `"`); ok == bare && !strings.ContainsFunc(text, unicode.IsControl) || ok && plain != text {
			t.Errorf("%q became %q, %v", text, plain, ok)
		}
		if escapedOK && html.UnescapeString(escaped) != html.UnescapeString(text) && !strings.Contains(text, "&") && !strings.Contains(text, "\x00") {
			t.Errorf("%q arrives as %q", text, escaped)
		}
	})
}

func FuzzPortOf(f *testing.F) {
	for _, s := range []string{"", "+1", "007", " 1", "0x1", "1_0", "-5", "99999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := portOf(map[string]string{"k": text}, "k", 4191)
		if n != 4191 && strings.Trim(text, "+-0123456789") != "" {
			t.Errorf("%q became %d", text, n)
		}
	})
}
