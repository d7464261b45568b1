package decode

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
)

// found decodes the documents of one file.
func found(text string, report *diag.Report) Found {
	return Objects(load.Parse("f.yaml", []byte(text), load.Limits{}, report), Options{Namespace: "ns"}, report)
}

// told returns what a report holds: code, place and message.
func told(report *diag.Report) []string {
	var list []string
	for _, d := range report.Sorted() {
		at := d.At.Item
		if at != "" && d.At.Field != "" {
			at += "."
		}
		list = append(list, fmt.Sprintf("%s %s%s: %s", d.Code, at, d.At.Field, d.Message))
	}
	return list
}

const meshHead = "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: prod}\n"

func TestMesh(t *testing.T) {
	defaults := manifest.DefaultMesh()
	for _, c := range []struct {
		name, spec string
		change     func(*manifest.Mesh)
	}{
		{"empty", "", func(m *manifest.Mesh) {}},
		{"null", "spec:\n  clusterDomain: ~\n  sources:\n", func(m *manifest.Mesh) {}},
		{"trust domain follows", "spec: {clusterDomain: k.example.org}", func(m *manifest.Mesh) {
			m.ClusterDomain, m.IdentityTrustDomain = "k.example.org", "k.example.org"
		}},
		{"everything", `spec:
  clusterDomain: k.local
  identityTrustDomain: t.local
  controlPlaneNamespace: l5d
  clusterNetworks: [10.0.0.0/8, "fd00::/8"]
  defaultInboundPolicy: cluster-authenticated
  defaultOpaquePorts: [25, "3306", 4000-4010]
  probeNetworks: [0.0.0.0/0]
  globalEgressNetworkNamespace: egress
  allowL5dRequestHeaders: true
  defaultNamespace: apps
  admission: permit
  creationOrder: git
  gatewayAPI: {bundle: 1.5.1, channel: standard}
  sources: [clusters/prod, .]
`, func(m *manifest.Mesh) {
			*m = manifest.Mesh{
				ClusterDomain: "k.local", IdentityTrustDomain: "t.local", ControlPlaneNamespace: "l5d",
				ClusterNetworks: []string{"10.0.0.0/8", "fd00::/8"}, DefaultInboundPolicy: "cluster-authenticated",
				DefaultOpaquePorts: []string{"25", "3306", "4000-4010"}, ProbeNetworks: []string{"0.0.0.0/0"},
				GlobalEgressNetworkNamespace: "egress", AllowL5dRequestHeaders: true, DefaultNamespace: "apps",
				Admission: manifest.Permit, CreationOrder: manifest.FromGit,
				GatewayAPI: manifest.GatewayAPI{Bundle: "1.5.1", Channel: "standard"}, Sources: []string{"clusters/prod", "."},
			}
		}},
		{"no ports", "spec: {defaultOpaquePorts: []}", func(m *manifest.Mesh) { m.DefaultOpaquePorts = []string{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var report diag.Report
			meshes := found(meshHead+c.spec, &report).Meshes
			if len(meshes) != 1 {
				t.Fatalf("%d meshes", len(meshes))
			}
			got, ok := Mesh(meshes[0], &report)
			want := defaults
			c.change(&want)
			want.Name, want.Place = "prod", meshes[0].Place
			if !ok || report.Len() > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("%v %v\ngot  %+v\nwant %+v", ok, told(&report), got, want)
			}
		})
	}
}

func TestMeshMistakes(t *testing.T) {
	for _, c := range []struct{ text, want, help string }{
		{"spec: {clusterDomian: x}", `RC0106 spec.clusterDomian: a Mesh has no field "clusterDomian" here`, "did you mean clusterDomain?"},
		{"spec: {nonsense: x}", `RC0106 spec.nonsense: a Mesh has no field "nonsense" here`, "the fields here are clusterDomain, "},
		{"clusterDomain: x", `RC0106 clusterDomain: a Mesh has no field "clusterDomain" here`, "the fields here are apiVersion, kind, metadata, spec"},
		{"spec: []", "RC0107 spec: spec is a list, where an object is wanted", "write an object"},
		{"spec: {clusterDomain: 5}", "RC0107 spec.clusterDomain: clusterDomain is the number 5, where a DNS name is wanted", ""},
		{"spec: {clusterDomain: A_b}", `RC0107 spec.clusterDomain: "A_b" is not a DNS name`, ""},
		{"spec: {clusterNetworks: 10.0.0.0/8}", "RC0107 spec.clusterNetworks: clusterNetworks is the text", ""},
		{"spec: {clusterNetworks: [10.0.0.0/8, 10.0.0.0/33]}", `RC0107 spec.clusterNetworks[1]: "10.0.0.0/33" is not a network`, ""},
		{"spec: {clusterNetworks: [10.0.0.1]}", `RC0107 spec.clusterNetworks[0]: "10.0.0.1" is not a network`, ""},
		{"spec: {defaultInboundPolicy: all-unauthentcated}", `RC0107 spec.defaultInboundPolicy: "all-unauthentcated" is not a value of`, "did you mean all-unauthenticated?"},
		{"spec: {defaultOpaquePorts: [0]}", `RC0107 spec.defaultOpaquePorts[0]: "0" is not a port`, ""},
		{"spec: {defaultOpaquePorts: [70000]}", `RC0107 spec.defaultOpaquePorts[0]: "70000" is not a port`, ""},
		{"spec: {defaultOpaquePorts: [20-10]}", `RC0107 spec.defaultOpaquePorts[0]: "20-10" is not a port`, ""},
		{"spec: {defaultOpaquePorts: [1.5]}", "RC0107 spec.defaultOpaquePorts[0]: defaultOpaquePorts[0] is the number 1.5", ""},
		{"spec: {defaultOpaquePorts: \"25,26\"}", "RC0107 spec.defaultOpaquePorts: defaultOpaquePorts is the text", ""},
		{"spec: {allowL5dRequestHeaders: \"yes\"}", "RC0107 spec.allowL5dRequestHeaders: allowL5dRequestHeaders is the text", ""},
		{"spec: {admission: Enforce}", `RC0107 spec.admission: "Enforce" is not a value of admission`, "did you mean enforce?"},
		{"spec: {creationOrder: [git]}", "RC0107 spec.creationOrder: creationOrder is a list, where one of declared, git is wanted", ""},
		{"spec: {gatewayAPI: 1.1.1}", "RC0107 spec.gatewayAPI: gatewayAPI is the text", ""},
		{"spec: {gatewayAPI: {bundle: 1.1}}", "RC0107 spec.gatewayAPI.bundle: bundle is the number 1.1", ""},
		{"spec: {gatewayAPI: {chanel: standard}}", `RC0106 spec.gatewayAPI.chanel: a Mesh has no field "chanel" here`, "did you mean channel?"},
		{"spec: {sources: [../x]}", `RC0107 spec.sources[0]: "../x" is not a folder below the source`, ""},
		{"spec: {sources: [/x]}", `RC0107 spec.sources[0]: "/x" is not a folder below the source`, ""},
	} {
		var report diag.Report
		u := found(meshHead+c.text, &report).Meshes[0]
		_, ok := Mesh(u, &report)
		got := told(&report)
		if ok || len(got) != 1 || !strings.HasPrefix(got[0], c.want) || !strings.HasPrefix(report.Sorted()[0].Help, c.help) {
			t.Errorf("%s\n%v %q %+v\nwant %q", c.text, ok, got, report.Sorted(), c.want)
		}
	}
	for _, text := range []string{"apiVersion: routec.dev/v1\nkind: Mesh\nmetadata: {name: a}", "apiVersion: routec.dev/v1alpha1\nkind: Mesh", "apiVersion: routec.dev/v1alpha1\nkind: Mesh\nmetadata: {name: A}"} {
		var report diag.Report
		if _, ok := Mesh(found(text, &report).Meshes[0], &report); ok || report.Len() != 1 {
			t.Errorf("%s: %v %q", text, ok, told(&report))
		}
	}
}

func TestDuplicates(t *testing.T) {
	service := func(ns, name, version, extra string) string {
		return fmt.Sprintf("---\napiVersion: %s\nkind: Service\nmetadata: {name: %s, namespace: %s}\n%s\n", version, name, ns, extra)
	}
	text := service("a", "x", "v1", "") + service("a", "w", "v1", "") + service("b", "x", "v1", "") +
		service("a", "x", "v1", "spec: {}") + service("a", "w", "v1", "") + service("a", "x", "v2", "") +
		strings.ReplaceAll(service("a", "x", "g/v1", ""), "Service", "Server") + service("a", "\"\"", "v1", "") + service("a", "\"\"", "v1", "")
	var report diag.Report
	objects := found(text, &report).Objects
	Duplicates(objects, &report)
	want := []string{
		"RC0104 : Service x is defined twice with different content; which one a cluster gets depends on the order in which they are applied",
		"RC0105 : Service w is defined twice with the same content",
		"RC0104 : Service x is defined twice with different content; which one a cluster gets depends on the order in which they are applied",
	}
	if got := told(&report); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	first := report.Sorted()[0]
	if first.At.Doc.Line != 17 || first.Related[0].At.Doc.Line != 2 || first.Object != "Service/a/x" {
		t.Errorf("%+v", first)
	}
}

// A document that two kustomizations build alike was written once: nothing is to be removed.
func TestDuplicatesWrittenOnce(t *testing.T) {
	var report diag.Report
	once := found("apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: a}\n", &report).Objects
	again := found("apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: a}\n", &report).Objects
	Duplicates(append(once, again...), &report)
	if report.Len() != 0 {
		t.Errorf("got %q", told(&report))
	}
	changed := found("apiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: a}\nspec: {}\n", &report).Objects
	Duplicates(append(once, changed...), &report)
	if report.Len() != 1 || report.Sorted()[0].Related[0].Message != "written once, but built by several kustomizations" {
		t.Errorf("got %+v", report.Sorted())
	}
}
