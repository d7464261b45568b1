package krm

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/plugins/evidence"
)

// configName is what findings call the functionConfig.
const configName = "functionConfig"

// Annotations of a Mesh that say what the data of a ConfigMap does.
const (
	outputAnnotation = "routec.dev/output"
	failOnAnnotation = "routec.dev/fail-on"
)

// A config is what the functionConfig asks for.
type config struct {
	apiVersion, kind, name string // of the functionConfig; "" where there is none

	output              evidence.Mode
	failOn              diag.Severity // 0: never
	mesh                string        // build only the mesh of this name
	namespace           string        // of objects that name none
	namespaceOfEvidence string
	admission           manifest.Admission
	sources             []string // folders that a generator reads
	document            []byte   // a Mesh document to compile with
}

// readConfig reads a functionConfig: a Mesh, a ConfigMap, or none.
func readConfig(text []byte) (config, error) {
	c := config{output: evidence.Digest, failOn: diag.Error}
	if text == nil {
		return c, nil
	}
	var meta struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
		Metadata   struct {
			Name        string            `yaml:"name"`
			Namespace   string            `yaml:"namespace"`
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"metadata"`
	}
	if err := yaml.Unmarshal(text, &meta); err != nil {
		return c, badConfig("read the functionConfig: %w", err)
	}
	c.apiVersion, c.kind, c.name = meta.APIVersion, meta.Kind, meta.Metadata.Name
	c.namespaceOfEvidence = meta.Metadata.Namespace
	group, _, _ := strings.Cut(meta.APIVersion, "/")
	switch {
	case group == "routec.dev" && meta.Kind == "Mesh":
		return c, c.readMesh(text, meta.Metadata.Annotations)
	case meta.APIVersion == "v1" && meta.Kind == "ConfigMap":
		return c, c.readConfigMap(text)
	}
	return c, badConfig("the functionConfig is %q of %q: a Mesh of routec.dev/v1alpha1 or a ConfigMap of v1 is wanted", meta.Kind, meta.APIVersion)
}

// readMesh takes a Mesh as the only one to compile for.
func (c *config) readMesh(text []byte, annotations map[string]string) (err error) {
	c.mesh = c.name
	if c.document, c.sources, err = withoutSources(text); err != nil {
		return badConfig("the functionConfig: %w", err)
	}
	if err := c.local(); err != nil {
		return err
	}
	for key, set := range map[string]func(string) error{outputAnnotation: c.setOutput, failOnAnnotation: c.setFailOn} {
		if value, ok := annotations[key]; ok {
			if err := set(value); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutSources returns the item's text; of a Mesh, without its folders.
func (it *item) withoutSources() ([]byte, error) {
	if !bytes.Contains(it.text, []byte("routec.dev/")) || !bytes.Contains(it.text, []byte("sources")) || it.scalar("kind") != "Mesh" {
		return it.text, nil
	}
	text, _, err := withoutSources(it.text)
	return text, err
}

// withoutSources returns a Mesh without its folders, and them: the host of a plugin has
// already chosen what is to be compiled, and its items are in no folder.
func withoutSources(text []byte) (rest []byte, folders []string, err error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, nil, err
	}
	if len(doc.Content) == 0 {
		return text, nil, nil
	}
	spec := child(doc.Content[0], "spec")
	sources := child(spec, "sources")
	if sources == nil {
		return text, nil, nil
	}
	if err := sources.Decode(&folders); err != nil {
		return nil, nil, err
	}
	for i := 0; i < len(spec.Content); i += 2 {
		if spec.Content[i].Value == "sources" {
			spec.Content = slices.Delete(spec.Content, i, i+2)
			break
		}
	}
	rest, err = encode(&doc)
	return rest, folders, err
}

// readConfigMap reads the options of this door, and takes every other key as a setting of a
// Mesh, its value as YAML.
func (c *config) readConfigMap(text []byte) error {
	var m struct {
		Data map[string]string `yaml:"data"`
	}
	if err := yaml.Unmarshal(text, &m); err != nil {
		return badConfig("the functionConfig: %w", err)
	}
	spec := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(m.Data)) {
		known, err := c.option(key, m.Data[key])
		if err != nil {
			return err
		}
		if known {
			continue
		}
		var value any
		if err := yaml.Unmarshal([]byte(m.Data[key]), &value); err != nil {
			return badConfig("the functionConfig's %s: %w", key, err)
		}
		spec[key] = value
	}
	if len(spec) == 0 {
		return nil
	}
	return c.synthesize(spec)
}

// synthesize makes a Mesh of settings.
func (c *config) synthesize(spec map[string]any) (err error) {
	if c.mesh == "" {
		c.mesh = c.name
	}
	c.document, err = json.Marshal(map[string]any{
		"apiVersion": "routec.dev/v1alpha1", "kind": "Mesh", "metadata": map[string]any{"name": c.mesh}, "spec": spec,
	})
	if err != nil {
		return badConfig("the functionConfig's settings: %w", err)
	}
	return nil
}

// option sets an option of this door; known is false for any other key.
func (c *config) option(key, value string) (known bool, err error) {
	switch key {
	case "output":
		return true, c.setOutput(value)
	case "failOn":
		return true, c.setFailOn(value)
	case "mesh":
		c.mesh = value
	case "namespace":
		c.namespace = value
	case "admission":
		if c.admission, err = manifest.ParseAdmission(value); err != nil {
			return true, badConfig("the functionConfig's admission is %w", err)
		}
	case "sources":
		c.sources = strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(", \n", r) })
		return true, c.local()
	default:
		return false, nil
	}
	return true, nil
}

// local refuses folders that are not below the working directory.
func (c *config) local() error {
	for _, s := range c.sources {
		if !source.IsLocal(s) {
			return badConfig("the functionConfig's sources are folders below the kustomization, not %q", s)
		}
	}
	return nil
}

func (c *config) setOutput(value string) (err error) {
	if c.output, err = evidence.ParseMode(value); err != nil {
		return badConfig("the functionConfig: %w", err)
	}
	return nil
}

func (c *config) setFailOn(value string) (err error) {
	if c.failOn, err = diag.ParseLimit(value); err != nil {
		return badConfig("the functionConfig's failOn is %w", err)
	}
	return nil
}
