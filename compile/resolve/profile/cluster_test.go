package profile_test

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve"
	"routec.dev/routec/ir"
)

// A cluster is what a test's manifests resolve to.
type cluster struct {
	*ir.Program
	findings []diag.Diagnostic
}

// build resolves manifests, taken as already stored.
func build(t testing.TB, manifests ...string) cluster {
	t.Helper()
	var report diag.Report
	docs := load.Parse("in.yaml", []byte(strings.Join(manifests, "\n---\n")), load.DefaultLimits(), &report)
	found := decode.Objects(docs, decode.Options{}, &report)
	set := &manifest.Set{}
	for _, u := range found.Objects {
		if err := decode.Typed(set, u); err != nil {
			t.Fatalf("%s: %v", u.Identity, err)
		}
	}
	decode.Sort(set)
	program, err := resolve.Program(set, manifest.DefaultMesh(), &report)
	if err != nil {
		t.Fatal(err)
	}
	return cluster{program, report.Sorted()}
}

// service is Service ns/web with one unnamed port, unless ports say otherwise; extra is a
// line of metadata, such as "annotations: {…}".
func service(extra, spec string) string {
	if spec == "" {
		spec = "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [{port: 80}]"
	}
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: ns\n  %s\nspec: {%s}", extra, spec)
}

func ports(list string) string {
	return "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ports: [" + list + "]"
}

const fqdn = "web.ns.svc.cluster.local"

// sp is a ServiceProfile of Service ns/web in a namespace.
func sp(namespace, spec string) string { return named(namespace, fqdn, spec) }

func named(namespace, name, spec string) string {
	return fmt.Sprintf("apiVersion: linkerd.io/v1alpha2\nkind: ServiceProfile\nmetadata: {name: %q, namespace: %s}\nspec: {%s}", name, namespace, spec)
}

// route attaches a route of a kind to Service ns/web.
func route(kind, namespace, rest string) string {
	group, version := "gateway.networking.k8s.io", "v1"
	if kind == "TLSRoute" || kind == "TCPRoute" {
		version = "v1alpha2"
	}
	return fmt.Sprintf(`apiVersion: %s/%s
kind: %s
metadata: {name: r, namespace: %s}
spec:
  parentRefs: [{group: "", kind: Service, name: web, namespace: ns}]
  rules: [{%s}]
%s`, group, version, kind, namespace, l4(kind), rest)
}

func l4(kind string) string {
	if kind == "TLSRoute" || kind == "TCPRoute" {
		return `backendRefs: [{group: "", kind: Service, name: web, namespace: ns, port: 80, weight: 1}]`
	}
	return ""
}

const (
	routeA = "routes: [{name: a, condition: {method: GET}}]"
	routeB = "routes: [{name: b, condition: {method: GET}}]"
	split  = "dstOverrides: [{authority: a.ns.svc.cluster.local, weight: 1}]"
)

// ask looks a profile up and fails the test on an error.
func (c cluster) ask(t testing.TB, port int, client string) ir.Profile {
	t.Helper()
	p, err := c.Profile(fmt.Sprintf("%s:%d", fqdn, port), client)
	if err != nil {
		t.Fatalf("port %d, client %q: %v", port, client, err)
	}
	return p
}

// governs returns the decided governance of a port for a client namespace.
func (c cluster) governs(t testing.TB, port uint16, client string) ir.Governs {
	t.Helper()
	target := c.Target(ir.Ref{Group: "core", Kind: "Service", Namespace: "ns", Name: "web"})
	found := ir.Governs{}
	for _, g := range target.Governs {
		if g.Port == port && (g.Client == client || g.Client == "" && found.Port == 0) {
			found = g
		}
	}
	if found.Port == 0 {
		t.Fatalf("port %d has no governance", port)
	}
	return found
}

func names(routes []ir.ProfileRoute) string {
	var out []string
	for _, r := range routes {
		out = append(out, r.Name)
	}
	return strings.Join(out, ",")
}

// codes lists the findings of profiles as "RC4101 spec.routes[0]".
func (c cluster) codes() []string {
	var out []string
	for _, d := range c.findings {
		if strings.HasPrefix(string(d.Code), "RC4") {
			out = append(out, string(d.Code)+" "+d.At.Field)
		}
	}
	return out
}
