package argocd

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A description is the part of plugin.yaml that Argo CD's plugin server reads.
type description struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name string `yaml:"name"`
	} `yaml:"metadata"`
	Spec struct {
		Version    string  `yaml:"version"`
		Init       command `yaml:"init"`
		Generate   command `yaml:"generate"`
		Discover   any     `yaml:"discover"`
		Parameters struct {
			Static []struct {
				Name           string   `yaml:"name"`
				Title          string   `yaml:"title"`
				Tooltip        string   `yaml:"tooltip"`
				ItemType       string   `yaml:"itemType"`
				CollectionType string   `yaml:"collectionType"`
				String         string   `yaml:"string"`
				Array          []string `yaml:"array"`
			} `yaml:"static"`
			Dynamic command `yaml:"dynamic"`
		} `yaml:"parameters"`
	} `yaml:"spec"`
}

type command struct {
	Command []string `yaml:"command"`
	Args    []string `yaml:"args"`
}

const example = "../../examples/argocd"

func readDescription(t *testing.T) (d description) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(example, "plugin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d
}

// plugin.yaml announces every parameter: those that depend on the repository dynamically, the
// others statically, as what they are and with a default that the plugin takes.
func TestDescription(t *testing.T) {
	d := readDescription(t)
	if d.APIVersion != "argoproj.io/v1alpha1" || d.Kind != "ConfigManagementPlugin" || d.Metadata.Name != "routec" || d.Spec.Version != "" || d.Spec.Discover != nil {
		t.Errorf("an explicit name without version and discovery is wanted: %+v", d)
	}
	var got, want []string
	for _, s := range d.Spec.Parameters.Static {
		got = append(got, s.Name)
		i := slices.IndexFunc(all(), func(p parameter) bool { return p.name == s.Name })
		if i < 0 || s.Title == "" || s.Tooltip == "" {
			t.Errorf("%+v", s)
			continue
		}
		if list := s.CollectionType == "array" && s.ItemType == "string"; list != all()[i].list {
			t.Errorf("%s: announced as a list: %v", s.Name, list)
		}
		values := s.Array
		if s.String != "" {
			values = []string{s.String}
		}
		if len(values) > 0 {
			if err := all()[i].set(&parameters{}, values); err != nil {
				t.Errorf("the default of %s: %v", s.Name, err)
			}
		}
	}
	for _, p := range all() {
		if p.name != "mesh" {
			want = append(want, p.name)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) || !slices.Equal(d.Spec.Parameters.Dynamic.Command, []string{"routec", "argocd", "parameters"}) {
		t.Errorf("announced are %v and what %v prints; there are %v", got, d.Spec.Parameters.Dynamic.Command, want)
	}
}

// TestPluginServer plays the plugin server with the real program: it runs the commands of
// plugin.yaml in the application's folder, which cannot be written to, takes standard output
// alone for objects, and anything but exit code 0 for a failure.
func TestPluginServer(t *testing.T) {
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("builds and runs routec only with ROUTEC_INTEGRATION=1")
	}
	bin := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "routec"), "routec.dev/routec/cmd/routec").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Setenv("PATH", bin)
	t.Setenv("TMPDIR", filepath.Join(bin, "there-is-none"))
	d := readDescription(t)
	call := func(dir string, c command, environ ...string) (string, string, error) {
		var out, log bytes.Buffer
		cmd := exec.CommandContext(context.Background(), c.Command[0], append(c.Command[1:], c.Args...)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &log
		cmd.Env = append(os.Environ(), append(environ, "ARGOCD_APP_NAME=shop", "ARGOCD_APP_NAMESPACE=shop", "ARGOCD_APP_SOURCE_PATH=app", "KUBE_VERSION=1.33")...)
		err := cmd.Run()
		return out.String(), log.String(), err
	}
	app := filepath.Join(example, "app")
	if out, log, err := call(app, d.Spec.Init); err != nil || out != "" || log != "" {
		t.Errorf("init: %v\n%s%s", err, log, out)
	}
	out, log, err := call(app, d.Spec.Parameters.Dynamic)
	var announced []announcement
	if err != nil || log != "" || yaml.Unmarshal([]byte(out), &announced) != nil || len(announced) != 1 || announced[0].Name != "mesh" {
		t.Errorf("parameters: %v\n%s%s", err, log, out)
	}
	out, log, err = call(app, d.Spec.Generate, `ARGOCD_APP_PARAMETERS=[{"name":"output","string":"digest"},{"name":"sources","array":["."]}]`)
	kinds := strings.Join(kindsOf(t, out), " ")
	if err != nil || log != "" || kinds != "Service HTTPRoute ConfigMap" {
		t.Errorf("generate: %v, %s\n%s%s", err, kinds, log, out)
	}
	for _, environ := range []string{`ARGOCD_APP_PARAMETERS=[{"name":"ouput","string":"digest"}]`, "ARGOCD_ENV_ROUTEC_FAIL_ON=always", "ARGOCD_ENV_ROUTEC_SOURCES=/etc"} {
		if out, log, err := call(app, d.Spec.Generate, environ); err == nil || out != "" || log == "" {
			t.Errorf("%s: %v\n%s%s", environ, err, log, out)
		}
	}
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "app.yaml"), []byte(strings.Replace(manifests, "/cart", "cart", 1)), 0o444); err != nil {
		t.Fatal(err)
	}
	if out, log, err := call(bad, d.Spec.Generate); err == nil || out != "" || !strings.Contains(log, "app.yaml:13:") {
		t.Errorf("findings: %v\n%s%s", err, log, out)
	}
}

// kindsOf reads a stream of documents as the plugin server does.
func kindsOf(t *testing.T, text string) (kinds []string) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	for {
		var o struct {
			APIVersion string         `yaml:"apiVersion"`
			Kind       string         `yaml:"kind"`
			Metadata   map[string]any `yaml:"metadata"`
		}
		if err := decoder.Decode(&o); err != nil {
			return kinds
		}
		if o.APIVersion == "" || o.Kind == "" || o.Metadata["name"] == nil {
			t.Errorf("no object: %+v", o)
		}
		kinds = append(kinds, o.Kind)
	}
}
