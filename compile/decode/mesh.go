package decode

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// meshVersion is the one version of the Mesh kind.
const meshVersion = "v1alpha1"

// Mesh reads the settings of a cluster. It is strict, because a setting that is
// misspelt and ignored would bend every table: ok is false, and the report says why,
// when anything is unknown or cannot be used. What is not written keeps the default
// of [manifest.DefaultMesh]; the trust domain's is the cluster domain, as in
// Linkerd's chart.
func Mesh(u manifest.Unstructured, report *diag.Report) (mesh manifest.Mesh, ok bool) {
	r := meshReader{object: u.Identity.String(), report: report, ok: true}
	mesh = manifest.DefaultMesh()
	mesh.Place, mesh.Name = u.Place, u.Name
	mesh.IdentityTrustDomain = ""
	if u.Version != meshVersion {
		r.bad(u.Place.Sub("apiVersion"), fmt.Sprintf("%s of Mesh is not known", u.Version), "write apiVersion: "+ToolGroup+"/"+meshVersion)
	}
	if !isSubdomain(u.Name) {
		r.bad(u.Place.Sub("metadata.name"), "a Mesh needs a name of lower-case letters, digits, - and ., because its bundle is called after it", "write metadata: {name: prod}, for example")
	}
	r.known(u.Place, u.Content, []string{"apiVersion", "kind", "metadata", "spec"})
	switch spec := u.Content["spec"].(type) {
	case nil:
	case map[string]any:
		r.spec(u.Place.Sub("spec"), spec, &mesh)
	default:
		r.wrongType(u.Place.Sub("spec"), "an object", spec)
	}
	mesh.IdentityTrustDomain = cmp.Or(mesh.IdentityTrustDomain, mesh.ClusterDomain)
	return mesh, r.ok
}

// A meshField reads one setting into a Mesh.
type meshField struct {
	name string
	read func(r *meshReader, at source.Place, value any, mesh *manifest.Mesh)
}

// meshFields are the settings, in the order of the documentation.
var meshFields = []meshField{
	{"clusterDomain", text(isSubdomain, "a DNS name", func(m *manifest.Mesh) *string { return &m.ClusterDomain })},
	{"identityTrustDomain", text(isSubdomain, "a DNS name", func(m *manifest.Mesh) *string { return &m.IdentityTrustDomain })},
	{"controlPlaneNamespace", text(isLabel, "a namespace", func(m *manifest.Mesh) *string { return &m.ControlPlaneNamespace })},
	{"clusterNetworks", textList(isCIDR, "a network such as 10.0.0.0/8", func(m *manifest.Mesh) *[]string { return &m.ClusterNetworks })},
	{"defaultInboundPolicy", choice(inboundPolicies, func(m *manifest.Mesh) *string { return &m.DefaultInboundPolicy })},
	{"defaultOpaquePorts", readOpaquePorts},
	{"probeNetworks", textList(isCIDR, "a network such as 10.0.0.0/8", func(m *manifest.Mesh) *[]string { return &m.ProbeNetworks })},
	{"globalEgressNetworkNamespace", text(isLabel, "a namespace", func(m *manifest.Mesh) *string { return &m.GlobalEgressNetworkNamespace })},
	{"allowL5dRequestHeaders", readAllowHeaders},
	{"defaultNamespace", text(isLabel, "a namespace", func(m *manifest.Mesh) *string { return &m.DefaultNamespace })},
	{"admission", choice([]manifest.Admission{manifest.Enforce, manifest.Permit}, func(m *manifest.Mesh) *manifest.Admission { return &m.Admission })},
	{"creationOrder", choice([]manifest.CreationOrder{manifest.Declared, manifest.FromGit}, func(m *manifest.Mesh) *manifest.CreationOrder { return &m.CreationOrder })},
	{"gatewayAPI", readGatewayAPI},
	{"ignore", readIgnore},
	{"sources", textList(isFolder, "a folder below the source, such as clusters/prod", func(m *manifest.Mesh) *[]string { return &m.Sources })},
}

// inboundPolicies are the modes of a default policy (spec/inbound.md §2.6).
var inboundPolicies = []string{"all-unauthenticated", "all-authenticated", "cluster-unauthenticated", "cluster-authenticated", "deny", "audit"}

type meshReader struct {
	object string
	report *diag.Report
	ok     bool
}

func (r *meshReader) spec(at source.Place, spec map[string]any, mesh *manifest.Mesh) {
	names := make([]string, len(meshFields))
	for i, f := range meshFields {
		names[i] = f.name
		if v := spec[f.name]; v != nil {
			f.read(r, at.Sub(f.name), v, mesh)
		}
	}
	r.known(at, spec, names)
}

// known reports the fields of an object that are not among names.
func (r *meshReader) known(at source.Place, object map[string]any, names []string) {
	for _, field := range sortedKeys(object) {
		if slices.Contains(names, field) {
			continue
		}
		help, near := "the fields here are "+strings.Join(names, ", "), diag.Nearest(field, names)
		if near != "" {
			help = fmt.Sprintf("did you mean %s?", near)
		}
		r.add(diag.MeshUnknownField, at.Sub(step(field)), fmt.Sprintf("a Mesh has no field %q here", field), help)
		if near != "" {
			r.report.Fix(diag.Edit{Key: near})
		}
	}
}

func (r *meshReader) add(code diag.Code, at source.Place, message, help string) {
	r.ok = false
	r.report.Add(diag.Diagnostic{Code: code, Severity: diag.Error, Object: r.object, At: at, Message: message + ", so nothing is built for it", Help: help})
}

func (r *meshReader) bad(at source.Place, message, help string) {
	r.add(diag.MeshBadValue, at, message, help)
}

func (r *meshReader) wrongType(at source.Place, want string, got any) {
	r.bad(at, fmt.Sprintf("%s is %s, where %s is wanted", lastStep(at.Field), diag.Describe(got), want), "write "+want)
}
