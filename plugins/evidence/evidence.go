// Package evidence is what a compilation leaves in its host's output: ConfigMaps that say
// which tables were decided, by which settings, or that hold the tables themselves.
//
// Hosts drop findings and skip plugins in silence, so that an output without findings proves
// nothing. A digest in the output does.
package evidence

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/emit/bundle"
)

// Labels and annotations by which evidence is known.
const (
	ManagedBy       = "app.kubernetes.io/managed-by" // label: routec
	Manager         = "routec"
	KindAnnotation  = "routec.dev/evidence" // digest or tables
	MeshAnnotation  = "routec.dev/mesh"     // the mesh that it is about
	configMapPrefix = "routec-"
)

// A Mode says what a compilation leaves behind.
type Mode string

// The modes.
const (
	Digest Mode = "digest" // one ConfigMap a mesh: digest, counts and settings
	Tables Mode = "tables" // also the frozen tables, a ConfigMap a namespace
	None   Mode = "none"
)

// ParseMode returns the mode of that name.
func ParseMode(name string) (Mode, error) {
	switch m := Mode(name); m {
	case Digest, Tables, None:
		return m, nil
	}
	return "", fmt.Errorf("the output is digest, tables or none, not %q", name)
}

// A ConfigMap is one piece of evidence; its JSON form is a Kubernetes object.
type ConfigMap struct {
	APIVersion string            `json:"apiVersion" yaml:"apiVersion"`
	Kind       string            `json:"kind" yaml:"kind"`
	Metadata   Metadata          `json:"metadata" yaml:"metadata"`
	Data       map[string]string `json:"data" yaml:"data"`
}

// Metadata is that of a [ConfigMap].
type Metadata struct {
	Name        string            `json:"name" yaml:"name"`
	Namespace   string            `json:"namespace,omitempty" yaml:"namespace,omitempty"`
	Labels      map[string]string `json:"labels,omitempty" yaml:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty" yaml:"annotations,omitempty"`
}

// Options say what the evidence is to be.
type Options struct {
	Mode      Mode
	Namespace string // of the digest's ConfigMap; "" is the mesh's default namespace
	Version   string // of routec
}

// Of returns the evidence of every cluster of a result: for each its digest, then its tables
// by namespace. The error says which ConfigMap would be larger than a cluster takes.
// Digests cost the least of a result with compile.Options.Digest.
func Of(ctx context.Context, result *compile.Result, opts Options) ([]ConfigMap, error) {
	if opts.Mode == None {
		return nil, nil
	}
	var out []ConfigMap
	for _, c := range result.Clusters {
		summary, tables, err := pack(ctx, c, opts.Mode)
		if err != nil {
			return nil, err
		}
		out = append(append(out, digest(result, c, summary, opts)), tables...)
	}
	return out, nil
}

// pack freezes a cluster's program, unless that has been done (compile.Options.Digest), and
// returns the tables if they are asked for.
func pack(ctx context.Context, c *compile.Cluster, mode Mode) (*bundle.Summary, []ConfigMap, error) {
	if mode == Digest {
		if c.Bundle != nil {
			return c.Bundle, nil, nil
		}
		summary, err := c.Pack(ctx, bundle.Options{OnlyDigest: true}, nil)
		return summary, nil, err
	}
	var files files
	summary, err := c.Pack(ctx, bundle.Options{NoBinary: true}, files.add)
	if err != nil {
		return nil, nil, err
	}
	tables, err := files.configMaps(c.Mesh)
	if err != nil {
		return nil, nil, fmt.Errorf("mesh %s: %w", c.Mesh.Name, err)
	}
	return summary, tables, nil
}

// digest is the positive evidence that a mesh was compiled, and with which outcome.
func digest(result *compile.Result, c *compile.Cluster, s *bundle.Summary, opts Options) ConfigMap {
	namespace := opts.Namespace
	if namespace == "" {
		namespace = c.Mesh.DefaultNamespace
	}
	m := configMap(c.Mesh, Digest, configMapPrefix+c.Mesh.Name, namespace)
	m.Data = map[string]string{
		"digest":           "sha256:" + s.Digest.String(),
		"version":          opts.Version,
		"mesh":             c.Mesh.Name,
		"settings":         settings(c.Mesh),
		"objects.accepted": strconv.Itoa(c.Counts.Accepted),
		"objects.refused":  strconv.Itoa(c.Counts.Refused),
		"objects.other":    strconv.Itoa(c.Counts.Others()),
		"tables":           strconv.Itoa(s.Tables),
		"tables.decided":   strconv.Itoa(s.Decided),
		"tables.refused":   strconv.Itoa(s.Refused),
	}
	for severity := diag.Info; severity <= diag.Hazard; severity++ {
		m.Data["findings."+severity.String()] = strconv.Itoa(result.Report.Count(severity) + c.Report.Count(severity))
	}
	return m
}

func configMap(mesh manifest.Mesh, mode Mode, name, namespace string) ConfigMap {
	return ConfigMap{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: Metadata{
			Name: name, Namespace: namespace,
			Labels:      map[string]string{ManagedBy: Manager},
			Annotations: map[string]string{KindAnnotation: string(mode), MeshAnnotation: mesh.Name},
		},
	}
}

// settings writes what the tables were decided by, as it could stand in a Mesh document.
func settings(m manifest.Mesh) string {
	var out strings.Builder
	for _, s := range []struct {
		name  string
		value any
	}{
		{"clusterDomain", m.ClusterDomain},
		{"identityTrustDomain", m.IdentityTrustDomain},
		{"controlPlaneNamespace", m.ControlPlaneNamespace},
		{"clusterNetworks", list(m.ClusterNetworks)},
		{"defaultInboundPolicy", m.DefaultInboundPolicy},
		{"defaultOpaquePorts", list(m.DefaultOpaquePorts)},
		{"probeNetworks", list(m.ProbeNetworks)},
		{"globalEgressNetworkNamespace", m.GlobalEgressNetworkNamespace},
		{"allowL5dRequestHeaders", m.AllowL5dRequestHeaders},
		{"defaultNamespace", m.DefaultNamespace},
		{"admission", m.Admission},
		{"creationOrder", m.CreationOrder},
	} {
		value, err := json.Marshal(s.value)
		if err != nil {
			panic(err) // strings, lists of them and booleans have a JSON form
		}
		fmt.Fprintf(&out, "%s: %s\n", s.name, value)
	}
	return out.String()
}

// list is never null.
func list(items []string) []string { return append([]string{}, items...) }
