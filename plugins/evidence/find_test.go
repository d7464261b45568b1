package evidence

import (
	"context"
	"fmt"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
)

func search(t testing.TB, text string) ([]Found, *diag.Report) {
	t.Helper()
	var report diag.Report
	out, err := Find(context.Background(), source.Set{source.Memory("rendered", []source.File{{Name: "out.yaml", Text: []byte(text)}})}, source.Options{}, &report)
	if err != nil {
		t.Fatal(err)
	}
	return out, &report
}

const annotated = "metadata: {name: x, namespace: ns, annotations: {routec.dev/evidence: digest, routec.dev/mesh: prod}}\n"

func TestFind(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"one":                {"kind: ConfigMap\n" + annotated + "data: {digest: d}\n", "[{prod d ns/x}]"},
		"JSON":               {`{"kind":"ConfigMap","metadata":{"name":"x","annotations":{"routec.dev/evidence":"digest","routec.dev/mesh":"prod"}},"data":{"digest":"d"}}`, "[{prod d /x}]"},
		"in a list":          {"kind: List\nitems: [{kind: ConfigMap, metadata: {name: x, namespace: ns, annotations: {routec.dev/evidence: digest}}, data: {digest: d}}]\n", "[{ d ns/x}]"},
		"without data":       {"kind: ConfigMap\n" + annotated, "[{prod  ns/x}]"},
		"another kind":       {"kind: Secret\n" + annotated, "[]"},
		"tables":             {"kind: ConfigMap\nmetadata: {annotations: {routec.dev/evidence: tables}}\n", "[]"},
		"only named":         {"kind: ConfigMap\nmetadata: {name: routec-prod}\ndata: {digest: d}\n", "[]"},
		"of the wrong types": {"kind: ConfigMap\nmetadata: {name: [1], annotations: {routec.dev/evidence: digest, routec.dev/mesh: 1}}\ndata: [1]\n", "[{  /}]"},
		"a list of anything": {"items: [1, null, [routec.dev/evidence]]\n", "[]"},
		"no map":             {"- routec.dev/evidence\n", "[]"},
	} {
		if got, _ := search(t, tc.text); fmt.Sprint(got) != tc.want {
			t.Errorf("%s: %v, want %s", name, got, tc.want)
		}
	}
	if _, report := search(t, "metadata: {annotations: {routec.dev/evidence: [}\n"); !report.AtLeast(diag.Error) {
		t.Error("a broken document is not reported")
	}
}

// No manifest stops the search.
func FuzzFind(f *testing.F) {
	f.Add("kind: ConfigMap\n" + annotated + "data: {digest: d}\n")
	f.Add("kind: List\nitems:\n- &a {routec.dev/evidence: *a}\n")
	f.Fuzz(func(t *testing.T, text string) { search(t, text) })
}
