package exact

import (
	"fmt"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// A builder makes an engine of CRDs.
type builder struct {
	engine *Engine
	from   map[kindName]string // the file of each kind
}

// addAll takes in what a file holds.
func (b *builder) addAll(d decoded, file string) error {
	for _, crd := range d.crds {
		if err := b.add(crd, file); err != nil {
			return err
		}
	}
	return d.err
}

// add puts the served versions of a CRD into the engine.
func (b *builder) add(crd *apiextensionsv1.CustomResourceDefinition, file string) error {
	name := kindName{crd.Spec.Group, crd.Spec.Names.Kind}
	if before, twice := b.from[name]; twice {
		return fmt.Errorf("%s.%s is defined in %s already", name.kind, name.group, before)
	}
	b.from[name] = file
	apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	all := map[string]*Version{}
	var served []*Version
	var stored *Version
	for i := range crd.Spec.Versions {
		in := &crd.Spec.Versions[i]
		v := &Version{kindName: name, name: in.Name, file: file, deprecated: deprecation(crd, in), status: in.Subresources != nil && in.Subresources.Status != nil}
		v.compile = compileOnce(in.Schema)
		all[in.Name] = v
		if in.Served {
			served = append(served, v)
		}
		if in.Storage {
			stored = v
		}
	}
	sortVersions(served)
	for _, v := range served {
		v.stored = stored
		if w := all[watched(name)]; slices.Contains(served, w) {
			v.watched = w
		}
	}
	b.engine.kinds[name] = served
	return nil
}
