package admit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/manifest"
)

// id names an object of one of the kinds that a fuzzed tree may claim to be.
func id(api, kind string) manifest.Identity {
	group, version, ok := strings.Cut(api, "/")
	if !ok {
		group, version = "", api
	}
	return manifest.Identity{Group: group, Version: version, Kind: kind, Namespace: "demo", Name: "r"}
}

var fuzzed = []struct{ api, kind string }{
	{gateway + "v1", "GRPCRoute"}, {gateway + "v1", "HTTPRoute"}, {gateway + "v1alpha2", "TLSRoute"}, {gateway + "v1alpha2", "TCPRoute"},
	{policy + "v1beta3", "HTTPRoute"}, {policy + "v1alpha1", "HTTPRoute"}, {policy + "v1beta3", "Server"}, {policy + "v1alpha1", "Server"},
	{policy + "v1beta1", "ServerAuthorization"}, {policy + "v1alpha1", "AuthorizationPolicy"}, {policy + "v1alpha1", "MeshTLSAuthentication"},
	{policy + "v1alpha1", "NetworkAuthentication"}, {policy + "v1alpha1", "EgressNetwork"}, {policy + "v1alpha1", "HTTPLocalRateLimitPolicy"},
	{"linkerd.io/v1alpha2", "ServiceProfile"}, {"workload.linkerd.io/v1beta1", "ExternalWorkload"}, {"workload.linkerd.io/v1alpha1", "ExternalWorkload"},
	{"v1", "Service"}, {"v1", "Namespace"}, {"v1", "Pod"}, {"v1", "ReplicationController"}, {"apps/v1", "Deployment"}, {"apps/v1", "StatefulSet"},
	{"apps/v1", "DaemonSet"}, {"batch/v1", "Job"}, {"batch/v1", "CronJob"}, {"x.y/v1", "Z"},
}

// FuzzObject judges any JSON as an object of every kind: nothing panics, and what is
// accepted is accepted again as it was stored.
func FuzzObject(f *testing.F) {
	f.Add([]byte(`{"metadata":{"name":"r"},"spec":{"rules":[{"matches":[null,{"method":{}}],"backendRefs":[{"name":5}]}]}}`))
	f.Add([]byte(`{"metadata":{"name":"r","annotations":{"a":1}},"spec":{"ports":[{"port":80,"targetPort":1.5}],"clusterIPs":["x",null]}}`))
	f.Add([]byte(`{"metadata":[],"spec":{"routes":[{"name":"a","condition":{"all":[{"not":{"any":[{}]}}]}}]},"status":{"x":[{}]}}`))
	f.Add([]byte(`{"spec":{"containers":[{"ports":[{}],"livenessProbe":{}}],"template":{"spec":{"containers":null}},"jobTemplate":[]}}`))
	f.Add([]byte(`{"spec":{"networks":[{"cidr":"10.0.0.0/8","except":["::1"]}],"identities":["*"],"port":1e30,"podSelector":{"matchLabels":{"a":null}}}}`))
	j := newJudge(f, admit.Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, k := range fuzzed {
			var content map[string]any
			if json.Unmarshal(text, &content) != nil {
				return
			}
			whole(content)
			got := j.Object(manifest.Unstructured{Identity: id(k.api, k.kind), Content: content})
			j.Settle([]admit.Record{got.Record})
			if got.Refusal != nil {
				continue
			}
			again := j.Object(manifest.Unstructured{Identity: id(k.api, k.kind), Content: got.Stored})
			if again.Refusal != nil {
				t.Errorf("%s %s: what was stored is refused: %s", k.api, k.kind, again.Refusal.Message)
			}
		}
	})
}

// whole makes whole numbers integers, as reading YAML does.
func whole(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = whole(v[key])
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case float64:
		if v == float64(int64(v)) && v < 1<<53 && v > -1<<53 {
			return int64(v)
		}
	}
	return v
}

// Trees that nobody wrote by hand are judged in bounded time and with bounded findings.
func TestHostile(t *testing.T) {
	j := newJudge(t, admit.Options{})
	for name, u := range map[string]manifest.Unstructured{
		"100,000 rules": {Identity: id(gateway+"v1", "HTTPRoute"), Content: tree("spec", map[string]any{"rules": many(100_000, func(i int) any {
			return map[string]any{"matches": []any{map[string]any{"path": map[string]any{"value": fmt.Sprint("x", i)}}}}
		})})},
		"100,000 unknown fields": {Identity: id(gateway+"v1", "GRPCRoute"), Content: tree("spec", fields(100_000))},
		"100,000 labels":         {Identity: id(gateway+"v1", "GRPCRoute"), Content: map[string]any{"metadata": map[string]any{"name": "r", "labels": fields(100_000)}}},
		"10 MB annotation":       {Identity: id(gateway+"v1", "GRPCRoute"), Content: map[string]any{"metadata": map[string]any{"name": "r", "annotations": map[string]any{"a": strings.Repeat("x", 10<<20)}}}},
		"10 MB text":             {Identity: id(gateway+"v1", "GRPCRoute"), Content: tree("spec", map[string]any{"hostnames": []any{strings.Repeat("a.", 5<<20)}})},
		"10 MB duration":         {Identity: id(policy+"v1beta3", "HTTPRoute"), Content: tree("spec", map[string]any{"rules": []any{map[string]any{"timeouts": map[string]any{"request": strings.Repeat("1 x ", 2<<20)}}}})},
		"10 MB quantity":         {Identity: id("v1", "Pod"), Content: tree("spec", map[string]any{"containers": []any{map[string]any{"name": "a", "image": "x", "resources": map[string]any{"limits": map[string]any{"cpu": strings.Repeat("9", 10<<20)}}}}})},
		"tiny quantity":          {Identity: id("linkerd.io/v1alpha2", "ServiceProfile"), Content: tree("spec", map[string]any{"dstOverrides": []any{map[string]any{"weight": "1e-999999999"}}})},
		"10 MB image":            {Identity: id("v1", "Pod"), Content: tree("spec", map[string]any{"containers": []any{map[string]any{"name": "a", "image": strings.Repeat("a-", 5<<20)}}})},
		"100,000 containers": {Identity: id("v1", "Pod"), Content: tree("spec", map[string]any{"hostNetwork": true, "containers": many(100_000, func(int) any {
			return map[string]any{"name": "a", "ports": []any{map[string]any{"containerPort": int64(80)}}}
		})})},
		"100,000 ports": {Identity: id("v1", "Service"), Content: tree("spec", map[string]any{"ports": many(100_000, func(int) any { return map[string]any{"port": int64(80)} })})},
		"100,000 header names": {Identity: id(gateway+"v1", "GRPCRoute"), Content: tree("spec", map[string]any{"rules": []any{map[string]any{"matches": []any{map[string]any{"headers": many(100_000, func(i int) any {
			return map[string]any{"name": fmt.Sprint("h", i%50_000), "value": "a"}
		})}}}}})},
		"10,000 parents":  {Identity: id(gateway+"v1", "TCPRoute"), Content: tree("spec", map[string]any{"parentRefs": many(10_000, func(i int) any { return map[string]any{"name": "a"} })})},
		"deep conditions": {Identity: id("linkerd.io/v1alpha2", "ServiceProfile"), Content: tree("spec", map[string]any{"routes": []any{map[string]any{"name": "a", "condition": map[string]any{"all": []any{deep(100_000)}}}}})},
		"deep lists":      {Identity: id(gateway+"v1", "GRPCRoute"), Content: tree("spec", map[string]any{"rules": nested(100_000)})},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got := j.Object(u)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if r := got.Refusal; r != nil && (len(r.Message) > 1<<16 || len(r.Causes) > 10_000) {
				t.Errorf("%d bytes of message, %d causes", len(r.Message), len(r.Causes))
			}
		})
	}
}

func tree(field string, v any) map[string]any {
	return map[string]any{"metadata": map[string]any{"name": "r"}, field: v}
}

func many(n int, item func(int) any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = item(i)
	}
	return list
}

func fields(n int) map[string]any {
	m := map[string]any{}
	for i := range n {
		m[fmt.Sprintf("a b%d", i)] = "x"
	}
	return m
}

func deep(n int) any {
	var v any = map[string]any{"method": "GET"}
	for range n {
		v = map[string]any{"not": v}
	}
	return v
}

func nested(n int) any {
	var v any = []any{}
	for range n {
		v = []any{v}
	}
	return v
}
