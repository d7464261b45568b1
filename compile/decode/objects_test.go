package decode

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/ir/source"
)

func names(f Found) string {
	var list []string
	for _, u := range f.Objects {
		list = append(list, u.Place.Item+u.Identity.String())
	}
	return strings.Join(list, " ")
}

func TestObjects(t *testing.T) {
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
	for _, c := range []struct {
		name, text string
		want       string // objects
		other      string // counts of other kinds
		nots       int
		told       []string
	}{
		{"service", service, "Service/ns/a", "", 0, nil},
		{"quoted kind", "\"apiVersion\": v1\n\"kind\": 'Service'\nmetadata: {name: a}", "Service/ns/a", "", 0, nil},
		{"namespace of its own", "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}", "Service/b/a", "", 0, nil},
		{"cluster-scoped", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}", "Namespace/a", "", 0, nil},
		{"any version", "apiVersion: gateway.networking.k8s.io/v9\nkind: GRPCRoute\nmetadata: {name: a}", "GRPCRoute.gateway.networking.k8s.io/ns/a", "", 0, nil},
		{"metadata of another type", "apiVersion: v1\nkind: Service\nmetadata: []", "Service/ns/", "", 0, nil},
		{"name of another type", "apiVersion: v1\nkind: Service\nmetadata: {name: 5, namespace: 6}", "Service/ns/", "", 0, nil},
		{"other kind", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}", "", "ConfigMap 1", 0, nil},
		{"other group", "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}", "", "Service.serving.knative.dev 1", 0, nil},
		{"other kinds in order", "apiVersion: b/v1\nkind: Z\n---\napiVersion: v1\nkind: Y\n---\napiVersion: b/v2\nkind: A\n---\n{apiVersion: b/v2, kind: Z}", "", "Y 1, A.b 1, Z.b 2", 0, nil},
		{"list", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}}\n- {apiVersion: v1, kind: Secret}", "items[0]Service/ns/a", "Secret 1", 0, nil},
		{"list in a list", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Service, metadata: {name: a}}", "items[0].items[0]Service/ns/a", "", 0, nil},
		{"typed list", "apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: a}", "items[0]Service/ns/a", "", 0, nil},
		{"foreign kind with items", "apiVersion: x/v1\nkind: Bundle\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}}", "items[0]Service/ns/a", "", 0, nil},
		{"empty list", "apiVersion: v1\nkind: List\nitems: []\n---\napiVersion: v1\nkind: List", "", "", 0, nil},
		{"list of what", "apiVersion: v1\nkind: List\nitems: 3", "", "", 0, []string{"RC0103 items: items is not a list, so none of the objects in it are read"}},
		{"item of what", "apiVersion: v1\nkind: List\nitems: [3, {a: b}, {apiVersion: v1}]", "", "", 0, []string{
			"RC0103 items[0]: item 0 of the list is not an object",
			"RC0103 items[1]: this item of a list has neither apiVersion nor kind, so no cluster takes it",
			"RC0101 items[2].apiVersion: the document has apiVersion but no kind, so no cluster takes it"}},
		{"values", "replicas: 3\nimage: x", "", "", 1, nil},
		{"nothing", "~", "", "", 0, nil},
		{"fragment", "metadata: {name: a}\nspec: {x: y}", "", "", 1, []string{"RC0102 : this looks like a Kubernetes object, but it has neither apiVersion nor kind, so it is not read as one"}},
		{"no kind", "apiVersion: v1\nmetadata: {name: a}", "", "", 0, []string{"RC0101 apiVersion: the document has apiVersion but no kind, so no cluster takes it"}},
		{"no apiVersion", "kind: Service\nmetadata: {name: a}", "", "", 0, []string{"RC0101 kind: the document has kind but no apiVersion, so no cluster takes it"}},
		{"values with a kind", "kind: DaemonSet", "", "", 1, []string{"RC0101 kind: the document has kind but no apiVersion, so no cluster takes it"}},
		{"kind is a number", "apiVersion: v1\nkind: 5\nmetadata: {}", "", "", 0, []string{"RC0101 kind: kind is not text, so no cluster takes the document"}},
		{"slashes", "apiVersion: a/b/c\nkind: X", "", "", 0, []string{`RC0101 apiVersion: apiVersion "a/b/c" is neither VERSION nor GROUP/VERSION, so no cluster takes the object`}},
		{"two objects without a marker", service + "apiVersion: v1\nkind: ConfigMap\n", "", "ConfigMap 1", 0, []string{
			"RC0004 apiVersion: apiVersion is written twice, on lines 1 and 4; the last one counts and the other is dropped in silence",
			"RC0004 kind: kind is written twice, on lines 2 and 5; the last one counts and the other is dropped in silence"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var report diag.Report
			f := found(c.text, &report)
			if got := names(f); got != c.want {
				t.Errorf("objects %q, want %q", got, c.want)
			}
			var other []string
			for _, k := range f.Counts.Other {
				other = append(other, fmt.Sprintf("%s %d", k.GroupKind, k.Count))
			}
			if got := strings.Join(other, ", "); got != c.other || f.Counts.NotObjects != c.nots {
				t.Errorf("others %q and %d, want %q and %d", got, f.Counts.NotObjects, c.other, c.nots)
			}
			if got := told(&report); !reflect.DeepEqual(got, c.told) {
				t.Errorf("told %q\nwant %q", got, c.told)
			}
		})
	}
}

func TestFoundJoin(t *testing.T) {
	var report diag.Report
	var all Found
	all.Join(found("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: x/v1\nkind: B", &report))
	all.Join(found(meshHead+"---\napiVersion: x/v1\nkind: A\n---\napiVersion: x/v1\nkind: B\n---\na: b\n---\napiVersion: routec.dev/v1alpha1\nkind: RouteTest\nmetadata: {name: t}", &report))
	want := Counts{Documents: 7, NotObjects: 1, Other: []KindCount{{GroupKind{"x", "A"}, 1}, {GroupKind{"x", "B"}, 2}}}
	if !reflect.DeepEqual(all.Counts, want) || all.Counts.Others() != 3 || len(all.Objects) != 1 || len(all.Meshes) != 1 || len(all.Tests) != 1 {
		t.Errorf("%+v", all)
	}
}

// holds fails the test when foreign is certain of a kind and the document, read as
// YAML, holds anything that is ours or has another kind.
func holds(t *testing.T, text string) (certain bool) {
	t.Helper()
	kind, ok := foreign([]byte(text))
	if !ok {
		return false
	}
	var report diag.Report
	d := decoder{report: &report}
	doc := load.Document{Doc: source.Doc{File: "f", Line: 1}, Text: []byte(text)}
	content, ok := doc.Content(load.Limits{}, &report)
	if !ok || content == nil {
		return true // not YAML, or no object: nothing of ours is lost
	}
	d.object(content, doc.Place(""), typeMeta{})
	if n := len(d.found.Objects) + len(d.found.Meshes) + len(d.found.Tests); n > 0 {
		t.Errorf("%q: %d objects of ours are taken for one %s", text, n, kind)
	}
	if d.found.Counts.NotObjects == 1 {
		return true // the kind was text in quotes, and there is no other
	}
	if other := d.found.Counts.Other; report.Len() == 0 && (len(other) != 1 || other[0].GroupKind != kind) {
		t.Errorf("%q: %v are taken for one %s", text, other, kind)
	}
	return true
}

var rejectTexts = []string{
	"apiVersion: v1\nkind: ConfigMap\ndata:\n  kind: Service\n",
	"# c\napiVersion: apps/v1 # x\nkind: Other # y\n",
	"kind: Other\nkind: Service\napiVersion: v1\n",
	"kind: Other\n\"kind\": Service\napiVersion: v1\n",
	"kind: Other\n? kind\n: Service\napiVersion: v1\n",
	"apiVersion: v1\nkind:\n  Service\n",
	"apiVersion: v1\nkind: &a Service\n",
	"x: &x {kind: Service}\n<<: *x\napiVersion: v1\n",
	"  kind: Service\n  apiVersion: v1\n  a: \"b\nkind: Other\n\"\n",
	"apiVersion: v1\na: b\u2028kind: Service\nkind: Other\n",
	"apiVersion: v1\nkind: ConfigMapList\nitems:\n- kind: Service\n",
	"--- {kind: Service}\nkind: Other\napiVersion: v1\n",
	"apiVersion: v1\nkind: Other\nitems: []\n",
	"{kind: Service, apiVersion: v1}\n",
	"apiVersion: v1\nkind: Secret\na: 'b\nkind: Service'\n",
	"apiVersion: v1\nkind : Service\n",
	"apiVersion: v1\nkind: Other\nlist:\n- a\n- b\n",
	"apiVersion: serving.knative.dev/v1\nkind: Service\n",
	"apiVersion: yes\nkind: Other\n", "apiVersion: 1\nkind: Other\n", "apiVersion: v1\nkind: Null\n",
}

func TestForeign(t *testing.T) {
	for _, text := range rejectTexts {
		holds(t, text)
	}
	for text, want := range map[string]string{
		rejectTexts[0]:  "ConfigMap",
		rejectTexts[1]:  "Other.apps",
		rejectTexts[16]: "Other",
		rejectTexts[17]: "Service.serving.knative.dev",
	} {
		if kind, ok := foreign([]byte(text)); !ok || kind.String() != want {
			t.Errorf("%q is %v (%v), want %s", text, kind, ok, want)
		}
	}
}

// TestForeignHoldsOnRandomLines makes documents of lines that could hide a kind.
func TestForeignHoldsOnRandomLines(t *testing.T) {
	lines := []string{"apiVersion: v1", "apiVersion: x/v1", "kind: Other", "kind: Other", "kind: Service", "\"kind\": Service", "  kind: Service", "kind:", "  Service",
		"a: b", "a:", "- kind: Service", "a: \"b", "b\"", "a: 'b", "'", "a: |", "  kind: Service", "# kind: Service", "", "items:", "- b", "? kind", ": Service", "a: {", "kind: Other}", "}",
		"<<: {kind: Service}", "a: &x Service", "kind: *x", "kind: Oth # er", "kind: [Service]", "apiVersion: \"v1\"", "a: b # c", "a: [", "]", "- - x", "---", "kind: Yes", "apiVersion: v1/v2/v3"}
	rng := rand.New(rand.NewPCG(5, 6))
	certain := 0
	for range 200_000 {
		var b strings.Builder
		for range 1 + rng.IntN(6) {
			b.WriteString(lines[rng.IntN(len(lines))] + "\n")
		}
		if holds(t, b.String()) {
			certain++
		}
	}
	if certain < 500 {
		t.Errorf("certain only %d times: the test says little", certain)
	}
}

func FuzzForeign(f *testing.F) {
	for _, text := range rejectTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, doc := range load.Parse("f", []byte(text), load.Limits{}, new(diag.Report)) {
			holds(t, string(doc.Text))
		}
	})
}

func FuzzObjects(f *testing.F) {
	f.Add(meshHead + "spec: {defaultOpaquePorts: [1-2], gatewayAPI: {bundle: 1.1.1}}\n---\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: [{}]}]")
	f.Fuzz(func(t *testing.T, text string) {
		var report diag.Report
		docs := load.Parse("f", []byte(text), load.Limits{}, &report)
		all := Objects(docs, Options{}, &report)
		for _, m := range all.Meshes {
			if mesh, ok := Mesh(m, &report); ok && (mesh.ClusterDomain == "" || mesh.Name == "") {
				t.Errorf("%+v", mesh)
			}
		}
		Duplicates(all.Objects, &report)
		for _, d := range report.Sorted() {
			if d.Code == "" || d.Message == "" || d.At.Doc == nil {
				t.Errorf("%+v", d)
			}
		}
	})
}
