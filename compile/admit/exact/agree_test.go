package exact_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/admit/exact"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/automata"
)

// A cluster is a folder of CRDs, and what the native engine is told of it.
type cluster struct {
	name string
	dir  string
	api  manifest.GatewayAPI
}

// clusters are the two channels of the gateway-api module, whose CRDs lie in its own
// folder. ROUTEC_CRDS adds a folder with those of another bundle: "1.1.1 experimental DIR".
func clusters(t testing.TB) []cluster {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", "sigs.k8s.io/gateway-api").Output()
	dir, version, ok := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err != nil || !ok || dir == "" {
		t.Skipf("the folder of the gateway-api module is not known: %v", err)
	}
	var list []cluster
	for _, channel := range []string{"standard", "experimental"} {
		list = append(list, cluster{channel, filepath.Join(dir, "config", "crd", channel), manifest.GatewayAPI{Bundle: strings.TrimPrefix(version, "v"), Channel: channel}})
	}
	if more := strings.Fields(os.Getenv("ROUTEC_CRDS")); len(more) == 3 {
		list = append(list, cluster{more[0] + " " + more[1], more[2], manifest.GatewayAPI{Bundle: more[0], Channel: more[1]}})
	}
	return list
}

// judges returns the native judge of a cluster and the exact one.
func (c cluster) judges(t testing.TB) (native, byCRDs *admit.Judge) {
	t.Helper()
	engine, err := exact.Open(context.Background(), []string{c.dir})
	if err != nil {
		t.Fatal(err)
	}
	native, err = admit.New(admit.Options{GatewayAPI: c.api, Regexp: automata.Check})
	if err != nil {
		t.Fatal(err)
	}
	byCRDs, err = admit.New(admit.Options{GatewayAPI: c.api, Exact: engine, Regexp: automata.Check})
	if err != nil {
		t.Fatal(err)
	}
	return native, byCRDs
}

// A kindVersion is one schema of a CRD.
type kindVersion struct {
	group, kind, version string
	spec                 map[string]any // the schema of the field
	status               map[string]any
}

// schemas reads the served versions out of the CRDs of a folder.
func (c cluster) schemas(t testing.TB) []kindVersion {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(c.dir, "*.yaml"))
	var out []kindVersion
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, "{{") {
				lines = append(lines, line)
			}
		}
		for _, d := range load.Parse(file, []byte(strings.Join(lines, "")), load.DefaultLimits(), &diag.Report{}) {
			content, _ := d.Content(load.DefaultLimits(), &diag.Report{})
			spec, _ := content["spec"].(map[string]any)
			names, _ := spec["names"].(map[string]any)
			versions, _ := spec["versions"].([]any)
			for _, v := range versions {
				v := v.(map[string]any)
				k := kindVersion{group: fmt.Sprint(spec["group"]), kind: fmt.Sprint(names["kind"]), version: fmt.Sprint(v["name"])}
				if v["served"] != true || !known(k) {
					continue
				}
				properties := v["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any)["properties"].(map[string]any)
				k.spec, _ = properties["spec"].(map[string]any)
				k.status, _ = properties["status"].(map[string]any)
				out = append(out, k)
			}
		}
	}
	return out
}

// known leaves out kinds that Linkerd does not read.
func known(k kindVersion) bool {
	switch k.group {
	case manifest.GatewayGroup:
		return slices.Contains([]string{"GRPCRoute", "HTTPRoute", "TLSRoute", "TCPRoute"}, k.kind)
	case manifest.PolicyGroup, manifest.ProfileGroup, manifest.WorkloadGroup:
		return true
	}
	return false
}

// generate makes an object of the kind and breaks it at random: a third of them not at all.
func (g *generator) generate(k kindVersion) manifest.Unstructured {
	id := manifest.Identity{Group: k.group, Version: k.version, Kind: k.kind, Namespace: "demo", Name: "r"}
	content := map[string]any{
		"apiVersion": k.group + "/" + k.version, "kind": k.kind,
		"metadata": map[string]any{"name": "r", "namespace": "demo"},
	}
	if k.spec != nil && !g.chance(100) {
		content["spec"] = g.value(k.spec)
	}
	if k.status != nil && g.chance(50) {
		content["status"] = g.value(k.status)
	}
	spec, _ := content["spec"].(map[string]any)
	for range g.IntN(3) {
		g.mutate(spec)
	}
	return manifest.Unstructured{Identity: id, Content: content}
}

// each is how many objects are made of a kind-version; ROUTEC_OBJECTS asks for more.
func each() int {
	if n, err := strconv.Atoi(os.Getenv("ROUTEC_OBJECTS")); err == nil {
		return n
	}
	return 400
}

// TestAgree asks both engines the same questions: they must give the same verdicts, name
// the same fields, and store the same objects.
func TestAgree(t *testing.T) {
	for _, c := range clusters(t) {
		t.Run(c.name, func(t *testing.T) {
			native, byCRDs := c.judges(t)
			total, accepted := 0, 0
			for i, k := range c.schemas(t) {
				g := newGenerator(uint64(i) + 1)
				for range each() {
					u := g.generate(k)
					total++
					if agree(t, native, byCRDs, u) {
						accepted++
					}
				}
			}
			t.Logf("%d objects, %d of them accepted", total, accepted)
			if accepted < total/20 || accepted > total*19/20 {
				t.Errorf("%d of %d objects are accepted: the generator says too little", accepted, total)
			}
		})
	}
}

// agree judges one object twice and reports whether it is accepted.
func agree(t *testing.T, native, byCRDs *admit.Judge, u manifest.Unstructured) bool {
	t.Helper()
	text, err := json.Marshal(u.Content)
	if err != nil {
		t.Fatal(err)
	}
	other := u
	other.Content = tree.Clone(u.Content).(map[string]any)
	got, want := native.Object(u), byCRDs.Object(other)
	if a, b := summary(got), summary(want); a != b {
		t.Errorf("%s\n native %s\n exact  %s", text, a, b)
		return false
	}
	if !reflect.DeepEqual(got.Stored, want.Stored) {
		t.Errorf("%s\n stored %v\n exact  %v", text, got.Stored, want.Stored)
	}
	if a, b := fmt.Sprint(byField(got.Nulls)), fmt.Sprint(byField(want.Nulls)); a != b {
		t.Errorf("%s\n nulls %s\n exact %s", text, a, b)
	}
	delete(got.View, "status") // no controller decides by it, so the native engine forgets it when versions differ
	delete(want.View, "status")
	if !reflect.DeepEqual(got.View, want.View) {
		t.Errorf("%s\n view  %v\n exact %v", text, got.View, want.View)
	}
	return want.Refusal == nil
}

func byField(nulls []verdict.Null) []verdict.Null {
	return slices.SortedFunc(slices.Values(nulls), func(a, b verdict.Null) int { return strings.Compare(a.Field, b.Field) })
}

// summary is what both engines must agree in: everything but words and codes.
func summary(j admit.Judgement) string {
	denied := "admitted"
	if j.Denial != nil {
		denied = j.Denial.Message
	}
	r := j.Refusal
	if r == nil {
		return "accept, " + denied
	}
	var causes []string
	for _, c := range r.Causes {
		causes = append(causes, c.Field+" "+strings.TrimPrefix(string(c.Reason), "FieldValue"))
	}
	slices.Sort(causes)
	return fmt.Sprintf("%d %s %v unknown %v", r.Status, r.Reason, causes, r.Unknown)
}
