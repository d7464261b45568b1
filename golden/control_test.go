package golden

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/answer"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/emit/status"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// TestControlPlane asks every query and status of the control-plane cases, and compares
// admission verdicts, from manifests as they stand in Git.
func TestControlPlane(t *testing.T) {
	for _, kind := range []string{
		"outbound", "permit-outbound", "inbound", "permit-inbound", "permit-inbound-rich",
		"inject", "inject-rich", "profile", "permit-profile",
	} {
		t.Run(kind, func(t *testing.T) {
			c := newTally(t)
			checker := refuse.NewChecker(automata.Check)
			for _, dir := range cases(t, kind) {
				controlCase(t, c, dir, checker)
			}
			c.report()
		})
	}
}

type expectation struct {
	Admission []verdict
	Status    []struct {
		Object string
		Status any
	}
	Outbound, Inbound, Profile []group
}

// A group is queries that got the same answer, or the same error.
type group struct {
	Queries []answer.Query
	Answer  json.RawMessage
	Error   string
}

func controlCase(t *testing.T, c *tally, dir string, checker *refuse.Checker) {
	var want expectation
	read(t, filepath.Join(dir, "expected.json"), &want)
	cluster := decide(t, dir)
	for kind, groups := range map[string][]group{"outbound": want.Outbound, "inbound": want.Inbound, "profile": want.Profile} {
		for _, g := range groups {
			for _, q := range g.Queries {
				q.Kind = kind
				got, err := answer.To(cluster.Program, q, checker)
				c.ask(kind, fmt.Sprint(dir, " ", q), differs(g, got.Message, err))
			}
		}
	}
	have := map[string]ir.Status{}
	for _, s := range cluster.Program.Statuses {
		have[identity(s.Object)] = s
	}
	for _, s := range want.Status {
		c.ask("status", dir+" "+s.Object, statusDiffers(s.Status, have[s.Object]))
	}
	judged(c, "admission", dir, want.Admission, cluster.Verdicts)
}

// decide compiles the input of a case as its recording was made.
func decide(t *testing.T, dir string) *compile.Cluster {
	t.Helper()
	ctx := context.Background()
	sources, err := source.OpenAll(ctx, []string{filepath.Join(dir, "input.yaml")}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	opts := compile.Options{Admission: manifest.Enforce, Verify: true, Verdicts: true}
	if strings.Contains(filepath.Base(filepath.Dir(dir)), "permit-") {
		opts.Admission = manifest.Permit
	}
	result, err := compile.Decide(ctx, sources, opts)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	if len(result.Clusters) != 1 {
		t.Fatalf("%s: %d clusters", dir, len(result.Clusters))
	}
	return result.Clusters[0]
}

func differs(want group, got proto.Message, err error) string {
	if want.Answer == nil {
		code, _, _ := strings.Cut(want.Error, ":")
		if err == nil || !strings.HasPrefix(err.Error(), code) {
			return fmt.Sprintf("want error %s, got %v, %v", want.Error, got, err)
		}
		return ""
	}
	if err != nil {
		return fmt.Sprintf("want %s, got %v", want.Answer, err)
	}
	expected := got.ProtoReflect().New().Interface()
	if err := protojson.Unmarshal(want.Answer, expected); err != nil {
		return "recorded answer: " + err.Error()
	}
	settle(expected)
	settle(got)
	if !proto.Equal(expected, got) {
		return fmt.Sprintf("\n  want %s\n  got  %s", protojson.Format(expected), protojson.Format(got))
	}
	return ""
}

// settle puts what upstream takes from a hash map into an order: the authorizations of
// servers and routes, and routes of equal names.
func settle(m proto.Message) {
	switch m := m.(type) {
	case *inbound.Server:
		settleServer(m)
	case *outbound.OutboundPolicy:
		settleRoutes(m.GetProtocol().GetDetect().GetHttp1().GetRoutes())
		settleRoutes(m.GetProtocol().GetDetect().GetHttp2().GetRoutes())
		settleRoutes(m.GetProtocol().GetHttp1().GetRoutes())
		settleRoutes(m.GetProtocol().GetHttp2().GetRoutes())
		settleRoutes(m.GetProtocol().GetGrpc().GetRoutes())
		settleRoutes(m.GetProtocol().GetTls().GetRoutes())
	case *destination.DestinationProfile:
	}
}

func settleServer(m *inbound.Server) {
	slices.SortFunc(m.Authorizations, byBytes[*inbound.Authz])
	p := m.GetProtocol()
	for _, list := range [][]*inbound.HttpRoute{p.GetDetect().GetHttpRoutes(), p.GetHttp1().GetRoutes(), p.GetHttp2().GetRoutes()} {
		for _, r := range list {
			slices.SortFunc(r.Authorizations, byBytes[*inbound.Authz])
		}
		settleRoutes(list)
	}
	for _, r := range p.GetGrpc().GetRoutes() {
		slices.SortFunc(r.Authorizations, byBytes[*inbound.Authz])
	}
	settleRoutes(p.GetGrpc().GetRoutes())
}

// settleRoutes orders routes by their bytes within each run of equal names.
func settleRoutes[R interface {
	proto.Message
	comparable
}](routes []R) {
	name := func(r R) string {
		f := r.ProtoReflect().Descriptor().Fields().ByName("metadata")
		meta := r.ProtoReflect().Get(f).Message()
		resource := meta.Get(meta.Descriptor().Fields().ByName("resource")).Message()
		return resource.Get(resource.Descriptor().Fields().ByName("name")).String()
	}
	for i := 0; i < len(routes); {
		j := i + 1
		for j < len(routes) && name(routes[i]) != "" && name(routes[j]) == name(routes[i]) {
			j++
		}
		slices.SortFunc(routes[i:j], byBytes[R])
		i = j
	}
}

func byBytes[M proto.Message](a, b M) int {
	x, _ := proto.MarshalOptions{Deterministic: true}.Marshal(a)
	y, _ := proto.MarshalOptions{Deterministic: true}.Marshal(b)
	return slices.Compare(x, y)
}

// identity is how the recordings name an object.
func identity(r ir.Ref) string {
	id := manifest.Identity{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
	return id.String()
}

func statusDiffers(want any, got ir.Status) string {
	text, err := json.Marshal(status.Of(got))
	if err != nil {
		return err.Error()
	}
	var have any
	json.Unmarshal(text, &have)
	if !reflect.DeepEqual(canonical(want), canonical(have)) {
		recorded, _ := json.Marshal(want)
		return fmt.Sprintf("\n  want %s\n  got  %s", recorded, text)
	}
	return ""
}

// canonical forgets the order of parents and conditions, and what is empty.
func canonical(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, f := range v {
			out[k] = canonical(f)
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case []any:
		var out []string
		for _, item := range v {
			text, _ := json.Marshal(canonical(item))
			out = append(out, string(text))
		}
		slices.Sort(out)
		return out
	}
	return v
}
