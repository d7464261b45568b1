package exact_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"routec.dev/routec/compile/manifest"
)

// typicalRoute is a GRPCRoute of 4 rules with 2 matches and 2 backends each.
func typicalRoute() manifest.Unstructured {
	var rules []any
	for i := range 4 {
		service := "faces.Smiley"
		rules = append(rules, map[string]any{
			"matches": []any{
				map[string]any{"method": map[string]any{"service": service, "method": fmt.Sprintf("Get%d", i)}},
				map[string]any{
					"method":  map[string]any{"service": service, "method": fmt.Sprintf("Put%d", i)},
					"headers": []any{map[string]any{"name": "x-faces-user", "value": "testuser"}},
				},
			},
			"backendRefs": []any{
				map[string]any{"name": "smiley", "port": int64(50051), "weight": int64(90)},
				map[string]any{"name": "smiley2", "port": int64(50051), "weight": int64(10)},
			},
		})
	}
	return route("GRPCRoute", map[string]any{
		"parentRefs": []any{map[string]any{"group": "", "kind": "Service", "name": "smiley", "port": int64(50051)}},
		"rules":      rules,
	})
}

// route makes an object of a kind of the Gateway API, version v1.
func route(kind string, spec map[string]any) manifest.Unstructured {
	return manifest.Unstructured{
		Identity: manifest.Identity{Group: manifest.GatewayGroup, Version: "v1", Kind: kind, Namespace: "demo", Name: "r"},
		Content: map[string]any{
			"apiVersion": manifest.GatewayGroup + "/v1", "kind": kind,
			"metadata": map[string]any{"name": "r", "namespace": "demo"}, "spec": spec,
		},
	}
}

// BenchmarkOpen reads the CRDs of a channel and compiles the two that a mesh uses most.
func BenchmarkOpen(b *testing.B) {
	c := clusters(b)[0]
	for b.Loop() {
		_, judge := c.judges(b)
		for _, kind := range []string{"GRPCRoute", "HTTPRoute"} {
			if got := judge.Object(route(kind, map[string]any{})); got.Refusal != nil {
				b.Fatal(got.Refusal.Message)
			}
		}
	}
}

// BenchmarkObject judges one typical route, the version being compiled already.
func BenchmarkObject(b *testing.B) {
	_, judge := clusters(b)[0].judges(b)
	judge.Object(typicalRoute())
	b.ReportAllocs()
	for b.Loop() {
		if got := judge.Object(typicalRoute()); got.Refusal != nil {
			b.Fatal(got.Refusal.Message)
		}
	}
}

// A thousand routes take no more than two seconds, start included; the first goroutines
// meet a version that is not compiled yet.
func TestThousandRoutes(t *testing.T) {
	c := clusters(t)[0]
	start := time.Now()
	_, judge := c.judges(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 250 {
				if got := judge.Object(typicalRoute()); got.Refusal != nil {
					t.Error(got.Refusal.Message)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	t.Logf("1,000 routes in %v", took)
	if limit := 20 * time.Second; took > limit { // ten times the aim: the machine may be busy
		t.Errorf("1,000 routes took %v, more than %v", took, limit)
	}
}
