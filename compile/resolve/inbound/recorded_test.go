package inbound

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/compile/manifest"
	emit "routec.dev/routec/emit/inbound"
	"routec.dev/routec/ir"
)

// recordedFolder holds what real components answered; ROUTEC_RECORDED names another one.
func recordedFolder(t testing.TB) string {
	dir := os.Getenv("ROUTEC_RECORDED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "golden", "recorded")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no recorded cases: %v", err)
	}
	return dir
}

// A recording is one case's expected.json.
type recording struct {
	Admission []struct{ Object, Verdict string }
	Status    []struct {
		Object string
		Status map[string]any
	}
	Inbound []struct {
		Queries []struct {
			Workload         string
			ExternalWorkload string `json:"external_workload"`
			Port             uint32
		}
		Answer json.RawMessage
		Error  string
	}
}

// Every recorded inbound answer and every status of a rate limit is ours.
func TestRecorded(t *testing.T) {
	dir := recordedFolder(t)
	for _, folder := range []string{"inbound", "permit-inbound", "permit-inbound-rich", "inject", "inject-rich"} {
		t.Run(folder, func(t *testing.T) {
			cases, err := filepath.Glob(filepath.Join(dir, folder, "*"))
			if err != nil || len(cases) == 0 {
				t.Fatalf("no cases: %v", err)
			}
			var score tally
			for _, c := range cases {
				score.check(t, c)
			}
			t.Logf("%d of %d answers, %d of %d statuses", score.answers, score.queries, score.agreed, score.statuses)
		})
	}
}

type tally struct{ queries, answers, statuses, agreed int }

func (s *tally) check(t *testing.T, dir string) {
	input, want := readCase(t, dir)
	w := build(t, input, manifest.DefaultMesh(), want.refused())
	for _, group := range want.Inbound {
		for _, q := range group.Queries {
			s.queries++
			path, lookup := q.Workload, w.program.Inbound
			if path == "" {
				path, lookup = q.ExternalWorkload, w.program.ExternalInbound
			}
			ns, workload, _ := strings.Cut(path, "/")
			table, err := lookup(ns, workload, q.Port)
			if why := disagree(t, group.Answer, group.Error, table, err); why != "" {
				t.Errorf("%s: %s:%d: %s", filepath.Base(dir), path, q.Port, why)
				continue
			}
			s.answers++
		}
	}
	for _, st := range want.Status {
		s.statuses++
		got, ok := w.status(st.Object)
		if ok && !reflect.DeepEqual(canonical(st.Status), canonical(got)) || !ok && st.Status != nil {
			t.Errorf("%s: status of %s:\n got  %v\n want %v", filepath.Base(dir), st.Object, got, st.Status)
			continue
		}
		s.agreed++
	}
}

func readCase(t testing.TB, dir string) (string, recording) {
	t.Helper()
	input, err := os.ReadFile(filepath.Join(dir, "input.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	expected, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want recording
	if err := json.Unmarshal(expected, &want); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	return string(input), want
}

// refused tells, object by object in input order, which ones admission kept out.
func (r recording) refused() func(manifest.Unstructured) bool {
	next := 0
	return func(u manifest.Unstructured) bool {
		if next >= len(r.Admission) || r.Admission[next].Object != u.Identity.String() {
			return false // Namespaces are not on the list
		}
		next++
		return r.Admission[next-1].Verdict == "reject"
	}
}

// disagree compares an answer with the recorded one; "" when they are the same.
func disagree(t testing.TB, answer json.RawMessage, code string, table ir.Inbound, err error) string {
	if answer == nil {
		if err == nil {
			return "want " + code + ", got a table"
		}
		want, _, _ := strings.Cut(code, ":")
		if !strings.HasPrefix(err.Error(), want+":") {
			return "want " + code + ", got " + err.Error()
		}
		return ""
	}
	if err != nil {
		return "want a table, got " + err.Error()
	}
	want := &inbound.Server{}
	if err := protojson.Unmarshal(answer, want); err != nil {
		t.Fatal(err)
	}
	got := emit.Server(table)
	sortAuthorizations(want)
	sortAuthorizations(got)
	if !proto.Equal(want, got) {
		return "\n got  " + text(got) + "\n want " + text(want)
	}
	return ""
}

// sortAuthorizations puts what upstream takes from a hash map into one order.
func sortAuthorizations(m *inbound.Server) {
	sortList(m.Authorizations)
	for _, r := range slices.Concat(m.Protocol.GetDetect().GetHttpRoutes(), m.Protocol.GetHttp1().GetRoutes(), m.Protocol.GetHttp2().GetRoutes()) {
		sortList(r.Authorizations)
	}
	for _, r := range m.Protocol.GetGrpc().GetRoutes() {
		sortList(r.Authorizations)
	}
}

func sortList(list []*inbound.Authz) {
	key := func(a *inbound.Authz) string {
		b, _ := proto.MarshalOptions{Deterministic: true}.Marshal(a)
		return string(b)
	}
	slices.SortFunc(list, func(a, b *inbound.Authz) int { return strings.Compare(key(a), key(b)) })
}

// status returns an object's status as the recording writes it.
func (w world) status(object string) (map[string]any, bool) {
	for _, s := range w.program.Statuses {
		id := manifest.Identity{Group: s.Object.Group, Kind: s.Object.Kind, Namespace: s.Object.Namespace, Name: s.Object.Name}
		if id.String() == object {
			return written(s), true
		}
	}
	return nil, false
}

func written(s ir.Status) map[string]any {
	conditions := func(list []ir.Condition) []any {
		var out []any
		for _, c := range list {
			status := "False"
			if c.Status {
				status = "True"
			}
			out = append(out, map[string]any{"type": c.Type, "status": status, "reason": c.Reason, "message": c.Message})
		}
		return out
	}
	out := map[string]any{}
	if s.Conditions != nil {
		out["conditions"] = conditions(s.Conditions)
	}
	if s.Target != nil {
		out["targetRef"] = map[string]any{"group": s.Target.Group, "kind": s.Target.Kind, "name": s.Target.Name}
	}
	var parents []any
	for _, p := range s.Parents {
		ref := map[string]any{"group": p.Parent.Group, "kind": p.Parent.Kind, "namespace": p.Parent.Namespace, "name": p.Parent.Name}
		if p.HasPort {
			ref["port"] = float64(p.Port)
		}
		parents = append(parents, map[string]any{"controllerName": "linkerd.io/policy-controller", "parentRef": ref, "conditions": conditions(p.Conditions)})
	}
	if parents != nil {
		out["parents"] = parents
	}
	return out
}

// canonical forgets what no status of ours has, and the difference between none and empty.
func canonical(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, y := range x {
			if k != "lastTransitionTime" && k != "observedGeneration" {
				out[k] = canonical(y)
			}
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, y := range x {
			out[i] = canonical(y)
		}
		return out
	}
	return v
}
