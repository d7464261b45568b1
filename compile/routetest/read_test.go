package routetest

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// written makes a RouteTest with a spec in JSON; false: it is none.
func written(spec string) (manifest.Unstructured, bool) {
	var content any
	if json.Unmarshal([]byte(spec), &content) != nil {
		return manifest.Unstructured{}, false
	}
	return manifest.Unstructured{
		Identity: manifest.Identity{Group: "routec.dev", Version: "v1alpha1", Kind: "RouteTest", Namespace: "shop", Name: "t"},
		Content:  map[string]any{"apiVersion": "routec.dev/v1alpha1", "kind": "RouteTest", "metadata": map[string]any{}, "spec": integers(content)},
		Place:    source.Place{Doc: &source.Doc{File: "t.yaml", Line: 1}},
	}, true
}

// integers makes whole numbers integers, as manifests hold them.
func integers(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return int64(v)
		}
	case []any:
		for i := range v {
			v[i] = integers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = integers(v[k])
		}
	}
	return v
}

func TestRead(t *testing.T) {
	const call = `"request": {"url": "http://web/a"}`
	for _, c := range []struct{ spec, want string }{
		{`{` + call + `, "expect": {"status": 404}}`, "1 test"},
		{`{"tests": [{"name": "a", ` + call + `, "expect": {"status": 404}}, {"name": "b", ` + call + `, "expect": {"fails": false}}]}`, "2 tests"},
		{`{"from": "books", "request": {"grpc": "a.B/C", "to": "web:80"}, "expect": {"backends": [{"service": "web", "share": "2/3"}]}}`, "1 test"},
		{`{"request": {"protocol": "tls", "to": "web:443"}, "expect": {"fails": true}}`, "1 test"},
		{`{"tests": [{"name": "a", ` + call + `, "expect": {"status": 4}}, {"name": "b", ` + call + `, "expect": {"fails": false}}]}`, "1 test; spec.tests[0].expect.status: a number from 100 to 999 is wanted here, not the number 4"},
		{`{` + call + `}`, "spec: a test needs to expect something"},
		{`{` + call + `, "expect": {}}`, "spec.expect: nothing is expected"},
		{`{"expect": {"status": 404}}`, "spec: a test needs a request"},
		{`{"request": {"url": "web/a"}, "expect": {"status": 404}}`, `spec.request.url: URL "web/a" has no scheme; did you mean http://web/a?`},
		{`{"request": {"url": "http://web:0/"}, "expect": {"status": 404}}`, `spec.request.url: URL "http://web:0/": port "0" is not a number from 1 to 65535`},
		{`{"request": {"url": "http://web/", "headers": {"x y": "1"}}, "expect": {"status": 404}}`, `spec.request.headers.x y: "x y" is no name of a header`},
		{`{"request": {"urk": "http://web/"}, "expect": {"status": 404}}`, `spec.request.urk: request has no field "urk" (did you mean url?)`},
		{`{"request": {"grpc": "Center", "to": "web:80"}, "expect": {"status": 404}}`, `spec.request.grpc: "Center" is not SERVICE/METHOD`},
		{`{"request": {"grpc": "a.B/C"}, "expect": {"status": 404}}`, `spec.request: a gRPC call needs to say where to`},
		{`{"request": {"grpc": "a.B/C", "to": "web"}, "expect": {"status": 404}}`, `spec.request.to: "web" has no port: HOST:PORT is wanted`},
		{`{"request": {"url": "/", "workload": "api"}, "expect": {"allowed": true}}`, `spec.request: a request to a workload needs a port`},
		{`{` + call + `, "expect": {"allowed": true}}`, `spec.expect.allowed: allowed cannot be expected of this request`},
		{`{"request": {"url": "/", "workload": "api", "port": 80}, "expect": {"backends": []}}`, `spec.expect.backends: backends cannot be expected of this request`},
		{`{` + call + `, "expect": {"governedBy": "ServiceProfil"}}`, `spec.expect.governedBy: the text "ServiceProfil" is none of OutboundPolicy, ServiceProfile, nobody (did you mean ServiceProfile?)`},
		{`{` + call + `, "expect": {"backends": [{"service": "web", "share": "110%"}]}}`, `spec.expect.backends[0].share: the text "110%" is no part of all requests`},
		{`{` + call + `, "expect": {"backends": [{"service": "web", "share": "1/0"}]}}`, `spec.expect.backends[0].share: the text "1/0" is no part of all requests`},
		{`{` + call + `, "expect": {"backends": [{"share": "10%"}]}}`, `spec.expect.backends[0]: a backend needs a name`},
		{`{` + call + `, "expect": {"timeout": "5"}}`, `spec.expect.timeout: the text "5" is no timeout`},
		{`{` + call + `, "expect": {"status": 404, "tolerance": "1%"}}`, `spec.expect.tolerance: tolerance is for the shares of backends`},
		{`{"tests": [{` + call + `, "expect": {"status": 404}}]}`, `spec.tests[0]: a test of many needs a name`},
		{`{"from": {"ip": "10.0.0", "meshed": false}, ` + call + `, "expect": {"status": 404}}`, `spec.from.ip: the text "10.0.0" is no IP address`},
		{`[]`, `spec: the spec of a test is a list, where an object is wanted`},
	} {
		u, ok := written(c.spec)
		if !ok {
			t.Fatalf("%s is no JSON", c.spec)
		}
		if got := readAll(u); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.spec, got, c.want)
		}
	}
}

// readAll returns how many tests there are, and the findings.
func readAll(u manifest.Unstructured) string {
	var report diag.Report
	tests := Read(u, &report)
	var out []string
	switch len(tests) {
	case 0:
	case 1:
		out = append(out, "1 test")
	default:
		out = append(out, fmt.Sprint(len(tests), " tests"))
	}
	for _, d := range report.Sorted() {
		text := d.At.Field + ": " + strings.TrimSuffix(d.Message, "; the test is not run")
		if strings.HasPrefix(d.Help, "did you mean") {
			text += " (" + d.Help + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// FuzzRead: what can be read can be sent, and what cannot is reported.
func FuzzRead(f *testing.F) {
	f.Add(`{"request": {"url": "http://web/a", "headers": {"a": ["b", "c"]}}, "expect": {"status": 404}}`)
	f.Add(`{"tests": [{"name": "a", "from": {"ip": "::1", "identity": "x"}, "request": {"grpc": "a/b", "workload": "a/b", "port": 1}, "expect": {"allowed": true}}]}`)
	f.Add(`{"request": {"to": "[::1]:80", "protocol": "opaque"}, "expect": {"backends": [{"egressNetwork": "x", "share": 0.25}], "tolerance": "1%"}}`)
	f.Fuzz(func(t *testing.T, spec string) {
		u, ok := written(spec)
		if !ok {
			return
		}
		var report diag.Report
		tests := Read(u, &report)
		if len(tests) == 0 && report.Len() == 0 {
			if s, _ := u.Content["spec"].(map[string]any); len(s) > 0 && s["tests"] == nil {
				t.Errorf("%s: neither a test nor a finding", spec)
			}
		}
		for i := range tests {
			q := &tests[i].Request
			if q.Protocol == HTTP && !q.Inbound() {
				if _, err := q.Call.Destination(); err != nil {
					t.Errorf("%s: %v", spec, err)
				}
			}
			if !q.Inbound() && q.Protocol != HTTP && q.To == nil {
				t.Errorf("%s: a connection to nowhere", spec)
			}
			if q.Inbound() && q.Workload == (eval.Workload{}) {
				t.Errorf("%s: no workload", spec)
			}
		}
	})
}
