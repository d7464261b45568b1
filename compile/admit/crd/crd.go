// Package crd knows the custom resources that routec judges: which versions a cluster
// serves, the fields and limits of each, and their CEL rules.
//
// The tables are those of spec/admission.md §19, written in the words of package
// schema; what differs between releases of the Gateway API is from §2.1 and §2.2.
package crd

import (
	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/manifest"
)

// A Version is one kind as served under one version. It is immutable.
type Version struct {
	Group, Kind, Name string
	Object            *schema.Schema // the whole object; metadata is left open
	Status            *schema.Schema // field names of the status, where an apply drops it; else nil
	Watched           *Version       // the version as which Linkerd reads the kind; nil if it does not
	Deprecated        string         // what the API server warns of, such as "use policy.linkerd.io/v1beta3 Server"
	HasRules          bool           // the schema has CEL rules

	bundle Bundle
	rules  func(*reviewer, object, string)
}

// Review runs the CEL rules over an object that the schema took.
func (v *Version) Review(content map[string]any) []verdict.Cause {
	if v.rules == nil {
		return nil
	}
	r := reviewer{bundle: v.bundle, path: tree.NewPath()}
	v.rules(&r, content, v.Name)
	return r.causes
}

// Resource names the kind as the API server does: "GRPCRoute.gateway.networking.k8s.io".
func (v *Version) Resource() string { return v.Kind + "." + v.Group }

// A kindName is a group and a kind.
type kindName struct{ group, kind string }

// A Catalog is everything that a cluster with one Gateway API bundle and Linkerd's CRDs
// serves. It is immutable and safe for concurrent use.
type Catalog struct {
	bundle Bundle
	kinds  map[kindName][]*Version
}

// New builds the catalog of a cluster.
func New(b Bundle) *Catalog {
	c := &Catalog{bundle: b, kinds: map[kindName][]*Version{}}
	c.addGateway()
	c.addPolicy()
	c.addWorkloads()
	return c
}

// Lookup finds the version; ok is false where no kind of that name is one of ours, whatever
// the cluster serves. A nil version is a kind or version that this cluster does not serve.
func (c *Catalog) Lookup(id manifest.Identity) (v *Version, ok bool) {
	versions, ok := c.kinds[kindName{id.Group, id.Kind}]
	for _, v := range versions {
		if v.Name == id.Version {
			return v, true
		}
	}
	return nil, ok
}

// Served lists the served versions of a kind, newest first; it is empty where the cluster lacks the kind.
func (c *Catalog) Served(group, kind string) []string {
	var names []string
	for _, v := range c.kinds[kindName{group, kind}] {
		names = append(names, v.Name)
	}
	return names
}

// Bundle returns the Gateway API bundle of the cluster.
func (c *Catalog) Bundle() Bundle { return c.bundle }

// add puts a version into the catalog. spec is nil for a kind that has none here.
func (c *Catalog) add(v *Version, spec *schema.Schema, required bool) *Version {
	root := schema.Fields(
		schema.Optional("apiVersion", schema.Of(schema.String)),
		schema.Optional("kind", schema.Of(schema.String)),
		schema.Optional("metadata", schema.Opaque()),
		schema.Field{Name: "spec", Required: required, Schema: spec},
	)
	v.Object, v.bundle, v.HasRules = root, c.bundle, v.rules != nil
	name := kindName{v.Group, v.Kind}
	c.kinds[name] = append(c.kinds[name], v)
	return v
}
