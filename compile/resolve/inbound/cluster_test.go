package inbound

import (
	"fmt"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"google.golang.org/protobuf/encoding/protojson"

	"routec.dev/routec/compile/admit/inject"
	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/outbound"
	"routec.dev/routec/compile/resolve/status"
	"routec.dev/routec/compile/resolve/visible"
	"routec.dev/routec/ir"
)

// A world is what a test's manifests come to.
type world struct {
	program *ir.Program
	report  *diag.Report
}

// build takes manifests through the stages that inbound tables depend on. refused says
// which objects admission keeps out.
func build(t testing.TB, text string, mesh manifest.Mesh, refused func(manifest.Unstructured) bool) world {
	t.Helper()
	report := &diag.Report{}
	found := decode.Objects(load.Parse("input.yaml", []byte(text), load.DefaultLimits(), report), decode.Options{Namespace: "default"}, report)
	if report.AtLeast(diag.Error) {
		t.Fatalf("broken manifests: %v", report.Sorted())
	}
	for _, m := range found.Meshes {
		spec, _ := m.Content["spec"].(map[string]any)
		readMesh(&mesh, spec)
	}
	set := &manifest.Set{}
	for _, u := range found.Objects {
		if refused != nil && refused(u) {
			continue
		}
		stored(&u)
		if err := decode.Typed(set, u); err != nil {
			t.Logf("%s is not visible: %v", u.Identity, err)
		}
	}
	decode.Sort(set)
	inject.Objects(set, mesh, report)
	w := world{resolve(set, mesh, report), report}
	if err := ir.Verify(&ir.Program{Workloads: w.program.Workloads}); err != nil {
		t.Error(err)
	}
	return w
}

func resolve(set *manifest.Set, mesh manifest.Mesh, report *diag.Report) *ir.Program {
	cluster := Read(visible.Routing(set, report), mesh, report)
	seen := cluster.Visible()
	routes := outbound.Routes(seen)
	board := status.NewBoard(seen, nil, routes)
	var statuses []ir.Status
	for _, r := range routes {
		s, _ := board.Route(r)
		statuses = append(statuses, s)
	}
	result := cluster.Resolve(statuses)
	return &ir.Program{Workloads: result.Workloads, Statuses: append(statuses, result.Statuses...)}
}

// codes lists the codes of what was reported, in stable order.
func (w world) codes() string {
	var out []string
	for _, d := range w.report.Sorted() {
		out = append(out, string(d.Code))
	}
	return strings.Join(out, " ")
}

func readMesh(mesh *manifest.Mesh, spec map[string]any) {
	for key, to := range map[string]*string{
		"clusterDomain": &mesh.ClusterDomain, "identityTrustDomain": &mesh.IdentityTrustDomain,
		"controlPlaneNamespace": &mesh.ControlPlaneNamespace, "defaultInboundPolicy": &mesh.DefaultInboundPolicy,
	} {
		if v, ok := spec[key].(string); ok {
			*to = v
		}
	}
	for key, to := range map[string]*[]string{
		"clusterNetworks": &mesh.ClusterNetworks, "probeNetworks": &mesh.ProbeNetworks, "defaultOpaquePorts": &mesh.DefaultOpaquePorts,
	} {
		if v, ok := spec[key].([]any); ok {
			*to = nil
			for _, e := range v {
				*to = append(*to, fmt.Sprint(e))
			}
		}
	}
}

// stored gives an object what its schemas do: fields that its version does not know are
// dropped, and absent ones filled in. It stands in for compile/admit.
func stored(u *manifest.Unstructured) {
	spec, _ := u.Content["spec"].(map[string]any)
	if spec == nil {
		return
	}
	switch u.Kind {
	case "Server":
		if u.Version != "v1beta3" {
			delete(spec, "accessPolicy")
		}
		if u.Version == "v1alpha1" || u.Version == "v1beta1" {
			delete(spec, "externalWorkloadSelector")
		}
		fill(spec, "proxyProtocol", "unknown")
		fill(spec, "accessPolicy", "deny")
	case "ExternalWorkload":
		if u.Version == "v1alpha1" {
			delete(spec, "meshTls") // which the later version spells meshTLS
		}
	case "HTTPRoute":
		storedParents(spec, u.Group)
		fill(spec, "rules", []any{map[string]any{}})
		for _, rule := range objects(spec["rules"]) {
			fill(rule, "matches", []any{map[string]any{}})
			for _, m := range objects(rule["matches"]) {
				fill(m, "path", map[string]any{})
				path, _ := m["path"].(map[string]any)
				fill(path, "type", "PathPrefix")
				fill(path, "value", "/")
			}
			for _, f := range objects(rule["filters"]) {
				if redirect, ok := f["requestRedirect"].(map[string]any); ok {
					fill(redirect, "statusCode", int64(302))
				}
			}
		}
	case "GRPCRoute":
		storedParents(spec, u.Group)
	}
}

func storedParents(spec map[string]any, group string) {
	for _, p := range objects(spec["parentRefs"]) {
		fill(p, "group", group)
		fill(p, "kind", "Gateway")
	}
}

func fill(m map[string]any, key string, value any) {
	if m[key] == nil {
		m[key] = value
	}
}

func objects(list any) []map[string]any {
	items, _ := list.([]any)
	var out []map[string]any
	for _, v := range items {
		if m, ok := v.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func text(m *inbound.Server) string {
	b, _ := protojson.MarshalOptions{Multiline: true}.Marshal(m)
	return string(b)
}
