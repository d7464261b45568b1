package routetest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/golden/jsonschema"
)

// both asks the decoder and the schema of a RouteTest with a spec.
func both(t *testing.T, s *jsonschema.Schema, spec string) (report *diag.Report, wrong []string) {
	t.Helper()
	u, ok := written(spec)
	if !ok {
		t.Fatalf("%s is no JSON", spec)
	}
	u.Content["metadata"] = map[string]any{"name": "t"}
	report = &diag.Report{}
	Read(u, report)
	content, err := json.Marshal(u.Content)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, err = s.Check(content); err != nil {
		t.Fatal(err)
	}
	return report, wrong
}

// The schema's fields and words are the decoder's, which lists them when asked for one that
// there is not.
func TestSchemaFields(t *testing.T) {
	s, err := jsonschema.Parse(Schema)
	if err != nil {
		t.Fatal(err)
	}
	const stranger = `"zqzqzqzqzq": 1`
	listed := func(spec, before string) []string {
		report, wrong := both(t, s, spec)
		if report.Len() == 0 || len(wrong) == 0 {
			t.Errorf("%s: %d findings, the schema says %v", spec, report.Len(), wrong)
		}
		for d := range report.All() {
			if list, ok := strings.CutPrefix(d.Help, before); ok {
				return slices.Sorted(slices.Values(strings.Split(list, ", ")))
			}
		}
		t.Fatalf("%s: nothing is listed", spec)
		return nil
	}
	const request, expect = `"request": {"url": "http://web/a"}`, `"expect": {"status": 404}`
	for _, c := range []struct {
		spec string
		path []string
	}{
		{`{` + request + `, ` + expect + `, ` + stranger + `}`, []string{"properties", "spec"}},
		{`{"tests": [{"name": "a", ` + request + `, ` + expect + `, ` + stranger + `}]}`, []string{"definitions", "test"}},
		{`{"from": {` + stranger + `}, ` + request + `, ` + expect + `}`, []string{"definitions", "sender"}},
		{`{"request": {` + stranger + `}, ` + expect + `}`, []string{"definitions", "request"}},
		{`{` + request + `, "expect": {` + stranger + `}}`, []string{"definitions", "expect"}},
		{`{` + request + `, "expect": {"backends": [{"service": "a", ` + stranger + `}]}}`, []string{"definitions", "backend"}},
	} {
		if want, got := listed(c.spec, "the fields here are "), s.Names(c.path...); !slices.Equal(want, got) {
			t.Errorf("%v: the decoder knows %v, the schema %v", c.path, want, got)
		}
	}
	for _, c := range []struct {
		spec string
		path []string
	}{
		{`{"request": {"url": "http://web/a", "protocol": "zqzqzq"}, ` + expect + `}`, []string{"definitions", "request", "properties", "protocol"}},
		{`{` + request + `, "expect": {"governedBy": "zqzqzq"}}`, []string{"definitions", "expect", "properties", "governedBy"}},
	} {
		var words []string
		for _, w := range s.At(c.path...)["enum"].([]any) {
			words = append(words, w.(string))
		}
		slices.Sort(words)
		if want := listed(c.spec, "write one of "); !slices.Equal(want, words) {
			t.Errorf("%v: the decoder knows %v, the schema %v", c.path, want, words)
		}
	}
}

// Values that the decoder takes are taken, and others are not.
func TestSchemaValues(t *testing.T) {
	s, err := jsonschema.Parse(Schema)
	if err != nil {
		t.Fatal(err)
	}
	const call = `"request": {"url": "http://web/a"}`
	for spec, want := range map[string]bool{
		`{` + call + `, "expect": {"backends": [{"service": "a", "port": 80, "share": "9/10", "headers": {"x": null}}], "tolerance": 0.1}}`:            true,
		`{` + call + `, "from": "books", "expect": {"timeout": "250ms", "retries": "budget", "idleTimeout": "none"}}`:                                  true,
		`{` + call + `, "from": {"namespace": "books"}, "expect": {"backends": [{"service": "a", "share": "12.5 %"}], "retries": 3}}`:                  true,
		`{"request": {"workload": "a", "port": 80, "url": "/x", "headers": {"a": ["b", 1, true]}}, "expect": {"allowed": true, "authorization": "b"}}`: true,
		`{"tests": [{"name": "a", ` + call + `, "expect": {"status": 404}}]}`:                                                                          true,
		`{` + call + `}`:                                                                          false,
		`{"expect": {"status": 404}}`:                                                             false,
		`{` + call + `, "expect": {"status": 99}}`:                                                false,
		`{` + call + `, "expect": {"status": "404"}}`:                                             false,
		`{` + call + `, "expect": {"retries": -1}}`:                                               false,
		`{` + call + `, "expect": {"timeout": "soon"}}`:                                           false,
		`{` + call + `, "expect": {"backends": [{"port": 80}]}}`:                                  false,
		`{` + call + `, "expect": {"backends": [{"service": "a", "share": 2}]}}`:                  false,
		`{"request": {"url": ""}, "expect": {"status": 404}}`:                                     false,
		`{"request": {"workload": "a", "port": 65536, "url": "/x"}, "expect": {"allowed": true}}`: false,
		`{"tests": [{` + call + `, "expect": {"status": 404}}]}`:                                  false,
		`{"tests": {}}`: false,
	} {
		if report, wrong := both(t, s, spec); (report.Len() == 0) != want || (len(wrong) == 0) != want {
			t.Errorf("%s: %d findings; the schema says %v", spec, report.Len(), wrong)
		}
	}
}
