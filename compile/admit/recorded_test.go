package admit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/automata"
)

// recorded is where the answers of a real API server are kept, a folder a kind; the
// variable ROUTEC_RECORDED names another place.
func recorded(t testing.TB, kind string) []string {
	dir := os.Getenv("ROUTEC_RECORDED")
	if dir == "" {
		dir = filepath.Join("..", "..", "golden", "recorded")
	}
	cases, _ := filepath.Glob(filepath.Join(dir, kind, "*", "input.yaml"))
	if len(cases) == 0 {
		t.Skipf("no recorded cases of %s", kind)
	}
	return cases
}

// objects reads a file of manifests.
func objects(t testing.TB, name string, text []byte) []manifest.Unstructured {
	t.Helper()
	var report diag.Report
	docs := load.Parse(name, text, load.DefaultLimits(), &report)
	found := decode.Objects(docs, decode.Options{Namespace: "default"}, &report)
	return found.Objects
}

func newJudge(t testing.TB, opts admit.Options) *admit.Judge {
	t.Helper()
	opts.Regexp = automata.Check
	j, err := admit.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// judge runs both phases over all objects of a cluster.
func judge(j *admit.Judge, list []manifest.Unstructured) ([]admit.Judgement, []admit.Verdict) {
	judgements := make([]admit.Judgement, len(list))
	records := make([]admit.Record, len(list))
	for i, u := range list {
		judgements[i] = j.Object(u)
		records[i] = judgements[i].Record
	}
	return judgements, j.Settle(records)
}

type expectation struct {
	Object, Verdict, Message string
	Spec                     any
	Causes                   []struct{ Field, Message string }
}

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
}

func TestRecordedAdmission(t *testing.T) {
	j := newJudge(t, admit.Options{})
	for _, file := range recorded(t, "admission") {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want []expectation
			readJSON(t, filepath.Join(filepath.Dir(file), "expected.json"), &want)
			list := objects(t, file, text)
			if len(list) != len(want) {
				t.Fatalf("%d objects, want %d", len(list), len(want))
			}
			judgements, verdicts := judge(j, list)
			for i, w := range want {
				compareRecorded(t, w, judgements[i], verdicts[i])
			}
		})
	}
}

func compareRecorded(t *testing.T, want expectation, got admit.Judgement, v admit.Verdict) {
	t.Helper()
	if accept := want.Verdict == "accept"; accept != v.Accepted() {
		t.Fatalf("accepted = %v (%+v), want %s %s", v.Accepted(), v.Refusal, want.Verdict, want.Message)
	}
	if v.Accepted() {
		if spec := throughJSON(t, got.Stored["spec"]); !reflect.DeepEqual(spec, want.Spec) {
			t.Errorf("spec\n%v\nwant\n%v", spec, want.Spec)
		}
		return
	}
	var fields, wantFields []string
	for _, c := range v.Refusal.Causes {
		fields = append(fields, c.Field)
	}
	for _, c := range want.Causes {
		wantFields = append(wantFields, c.Field)
	}
	slices.Sort(fields)
	slices.Sort(wantFields)
	if !slices.Equal(fields, wantFields) {
		t.Errorf("fields %v\nwant   %v\n%s\nwant %s", fields, wantFields, v.Refusal.Message, want.Message)
	}
	if os.Getenv("ROUTEC_MESSAGES") != "" && v.Refusal.Message != want.Message {
		t.Logf("message %s\nwant    %s", v.Refusal.Message, want.Message)
	}
}

// throughJSON makes numbers comparable.
func throughJSON(t *testing.T, v any) (out any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The lists of objects that the recorded control planes were fed with.
func TestRecordedClusters(t *testing.T) {
	for _, kind := range []string{
		"outbound", "inbound", "profile", "permit-outbound", "permit-inbound", "permit-inbound-rich",
		"permit-profile", "inject", "inject-rich",
	} {
		t.Run(kind, func(t *testing.T) {
			admission := manifest.Enforce
			if strings.HasPrefix(kind, "permit-") {
				admission = manifest.Permit
			}
			j := newJudge(t, admit.Options{Admission: admission})
			right, total := 0, 0
			for _, file := range recorded(t, kind) {
				r, n := compareCluster(t, j, file)
				right, total = right+r, total+n
			}
			t.Logf("%d of %d objects", right, total)
		})
	}
}

func compareCluster(t *testing.T, j *admit.Judge, file string) (right, total int) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Admission []expectation }
	readJSON(t, filepath.Join(filepath.Dir(file), "expected.json"), &want)
	list := objects(t, file, text)
	_, verdicts := judge(j, list)
	i := 0
	for k, u := range list {
		if u.Kind == "Namespace" || u.Kind == "Mesh" {
			continue
		}
		if i == len(want.Admission) {
			t.Fatalf("%s: more objects than recorded", file)
		}
		w := want.Admission[i]
		i++
		total++
		if w.Object != u.Identity.String() {
			t.Fatalf("%s: object %d is %s, want %s", file, i, u.Identity, w.Object)
		}
		if accept := w.Verdict == "accept"; accept != verdicts[k].Accepted() {
			t.Errorf("%s: %s: accepted = %v (%+v), want %s %s", file, w.Object, !accept, verdicts[k].Refusal, w.Verdict, w.Message)
			continue
		}
		right++
	}
	if i != len(want.Admission) {
		t.Errorf("%s: %d objects, want %d", file, i, len(want.Admission))
	}
	return right, total
}

func TestBundlesThatDoNotExist(t *testing.T) {
	for bundle, channel := range map[string]string{"": "standard", "2.0.0": "standard", "1.x": "standard", "1.2.1": "beta", "0.8.0": "standard"} {
		_, err := admit.New(admit.Options{GatewayAPI: manifest.GatewayAPI{Bundle: bundle, Channel: channel}, Regexp: automata.Check})
		if err == nil {
			t.Errorf("New(%q, %q) did not fail", bundle, channel)
		}
	}
}
