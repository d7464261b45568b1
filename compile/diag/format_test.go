package diag

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/golden/jsonschema"
	"routec.dev/routec/ir/source"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail all the same")

// fixed finds every place in one line.
type fixed map[source.Place]source.Pos

func (f fixed) Locate(p source.Place) (source.Pos, string) {
	if p.Doc == nil {
		return source.Pos{}, ""
	}
	pos, ok := f[p]
	if !ok {
		return source.Pos{File: p.Doc.File, Line: p.Doc.Line}, ""
	}
	return pos, strings.Repeat(" ", pos.Col-1) + "weight: 50051"
}

// sample is a report with everything in it that a rendering can trip over.
func sample() (*Report, Locator) {
	routes := &source.Doc{File: "shop/routes,a b.yaml", Line: 3}
	services := &source.Doc{File: "shop/services.yaml", Index: 2, Line: 40}
	weight := source.Place{Doc: routes, Item: "items[1]", Field: "spec.rules[0].backendRefs[1].weight"}
	r := &Report{}
	r.Add(Diagnostic{
		Code: WeightIsPort, Severity: Warning, Object: "GRPCRoute.gateway.networking.k8s.io/shop/smiley",
		Message: "the weight 50051 is a port: 100% of <b>requests</b> | `all` of them, @team\nand more", At: weight,
		Related: []Related{{At: source.Place{Doc: services, Field: "spec.ports[0].port"}, Message: "the port"}},
		Help:    "write the share",
	})
	r.Fix(Edit{Value: uint64(80)}, Edit{At: source.Place{Doc: routes, Item: "items[1]", Field: "spec.rules[0].backendRefs[1].port"}, Value: uint64(50051)})
	r.Add(Diagnostic{Code: WatchKilled, Severity: Hazard, Object: "HTTPRoute.policy.linkerd.io/shop/a", Message: "everybody is hit", At: source.Place{Doc: services}})
	r.Add(Diagnostic{Code: AnnotationIgnored, Severity: Error, Object: "Service/shop/web", Message: "the value is ignored", At: source.Place{Doc: services, Field: "metadata.annotations[a/b]"}})
	r.Fix(Edit{Key: "a/c"})
	r.Add(Diagnostic{Code: "RC9999", Severity: Info, Message: "a code without a catalogue entry, and no place"})
	return r, fixed{weight: {File: routes.File, Line: 21, Col: 9}}
}

func render(t *testing.T, format Format, list []Diagnostic, where Locator) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, list, where, Options{Excerpts: true, Version: "1.2.3", FailOn: Error}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Every rendering is a golden file: people read them all.
func TestWrite(t *testing.T) {
	r, where := sample()
	for _, format := range Formats {
		got := render(t, format, r.Sorted(), where)
		if again := render(t, format, r.Sorted(), where); !bytes.Equal(got, again) {
			t.Errorf("%s: two renderings differ", format)
		}
		name := filepath.Join("testdata", "sample."+string(format))
		want, err := os.ReadFile(name)
		if err == nil && bytes.Equal(got, want) {
			continue
		}
		if !*update {
			t.Errorf("%s (%v):\n%s\nwant\n%s", name, err, got, want)
			continue
		}
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("rewrote %s", name)
	}
}

// No findings are a report, too.
func TestWriteNothing(t *testing.T) {
	for format, want := range map[Format]string{
		AsText:     "",
		AsGitHub:   "",
		AsMarkdown: "## routec: no findings\n",
		AsJUnit:    `<testcase classname="routec" name="no findings">`,
		AsGitLab:   "[]\n",
		AsJSON:     `"findings": []`,
		AsSARIF:    `"results": []`,
	} {
		got := string(render(t, format, nil, fixed{}))
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %s", format, got)
		}
	}
	if err := Write(io.Discard, "yaml", nil, fixed{}, Options{}); err == nil {
		t.Error("an unknown format is no error")
	}
	if _, err := ParseFormat("yaml"); err == nil || !strings.Contains(err.Error(), "text, json, sarif, github, gitlab, junit or markdown") {
		t.Errorf("ParseFormat: %v", err)
	}
	if f, err := ParseFormat("sarif"); f != AsSARIF || err != nil {
		t.Errorf("ParseFormat: %v, %v", f, err)
	}
}

func TestJSONFollowsItsSchema(t *testing.T) {
	r, where := sample()
	follows(t, JSONSchema, render(t, AsJSON, r.Sorted(), where))
	follows(t, JSONSchema, render(t, AsJSON, nil, where))
}

// The rules of the standard for what is written are in testdata. SARIF_SCHEMA may name the
// official schema, which says the same and much more.
func TestSARIFFollowsItsSchema(t *testing.T) {
	files := []string{"testdata/sarif-2.1.0-subset.json"}
	if official := os.Getenv("SARIF_SCHEMA"); official != "" {
		files = append(files, official)
	}
	r, where := sample()
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		follows(t, text, render(t, AsSARIF, r.Sorted(), where))
		follows(t, text, render(t, AsSARIF, nil, where))
	}
}

func follows(t *testing.T, schemaText, text []byte) {
	t.Helper()
	s, err := jsonschema.Parse(schemaText)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := s.Check(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}

// The schema check itself finds what is wrong.
func TestSchemaCheck(t *testing.T) {
	s, err := jsonschema.Parse(JSONSchema)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		`[]`,
		`{"schema": "routec.dev/findings/v1", "tool": {"name": "routec"}, "findings": []}`,
		`{"schema": "v2", "tool": {"name": "routec"}, "counts": {"hazard": 0, "error": 0, "warning": 0, "info": 0}, "findings": []}`,
		`{"schema": "routec.dev/findings/v1", "tool": {"name": "routec"}, "counts": {"hazard": -1, "error": 0, "warning": 0, "info": 0}, "findings": []}`,
		`{"schema": "routec.dev/findings/v1", "tool": {"name": "routec"}, "counts": {"hazard": 0, "error": 0, "warning": 0, "info": 0}, "findings": [{"code": "X1", "severity": "error", "message": "m"}]}`,
		`{"schema": "routec.dev/findings/v1", "tool": {"name": "routec"}, "counts": {"hazard": 0, "error": 0, "warning": 0, "info": 0}, "findings": [{"code": "RC0001", "severity": "error", "message": "m", "color": "red"}]}`,
	} {
		if wrong, err := s.Check([]byte(bad)); err != nil || len(wrong) == 0 {
			t.Errorf("%s passes (%v)", bad, err)
		}
	}
}

// A SARIF result points at its rule, and its fingerprint does not move with lines.
func TestSARIFRules(t *testing.T) {
	r, where := sample()
	read := func(where Locator) (log sarifLog) {
		if err := json.Unmarshal(render(t, AsSARIF, r.Sorted(), where), &log); err != nil {
			t.Fatal(err)
		}
		return log
	}
	a, b := read(where), read(fixed{})
	for i, result := range a.Runs[0].Results {
		if rule := a.Runs[0].Tool.Driver.Rules[result.RuleIndex]; rule.ID != result.RuleID {
			t.Errorf("result %d of %s points at %s", i, result.RuleID, rule.ID)
		}
		if got := b.Runs[0].Results[i].Fingerprints["routec/v1"]; got != result.Fingerprints["routec/v1"] {
			t.Errorf("the fingerprint of result %d depends on its position", i)
		}
	}
}

// What fails a run and is no finding is in the formats that say what failed.
func TestFailures(t *testing.T) {
	opts := Options{Failures: []Failure{{"golden, bundle", "stale:\n::error::x <b> ]]>"}}}
	for format, want := range map[Format]string{
		AsGitHub: "::error title=golden%2C bundle::stale:%0A::error::x <b> ]]>\n",
		AsJUnit:  `<failure type="failure" message="golden, bundle">stale:&#xA;::error::x &lt;b&gt; ]]&gt;</failure>`,
	} {
		var out bytes.Buffer
		if err := Write(&out, format, nil, fixed{}, opts); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v\n%s", format, err, out.String())
		}
	}
}

func TestJUnitCounts(t *testing.T) {
	r, where := sample()
	var suites junitSuites
	if err := xml.Unmarshal(render(t, AsJUnit, r.Sorted(), where), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 4 || suites.Failures != 2 || len(suites.Suites) != 3 {
		t.Errorf("%d tests, %d failures, %d suites", suites.Tests, suites.Failures, len(suites.Suites))
	}
}

// No text of a manifest can break out of a rendering.
func FuzzWrite(f *testing.F) {
	f.Add("msg", "Service/a", "help", "file.yaml")
	f.Add("::error::\n%0A", "`<x>`", "]]>", "\x00\x1b[31m")
	schemas := map[Format]*jsonschema.Schema{}
	for format, name := range map[Format]string{AsJSON: "schema/findings-v1.json", AsSARIF: "testdata/sarif-2.1.0-subset.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if schemas[format], err = jsonschema.Parse(text); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, message, object, help, file string) {
		if message == "" || file == "" {
			t.Skip()
		}
		doc := &source.Doc{File: file, Line: 1}
		list := []Diagnostic{{Code: "RC0001", Severity: Error, Object: object, Message: message, Help: help, At: source.Place{Doc: doc}}}
		for _, format := range Formats {
			got := render(t, format, list, fixed{})
			switch s := schemas[format]; {
			case s != nil:
				if wrong, err := s.Check(got); err != nil || len(wrong) > 0 {
					t.Errorf("%s: %v %v\n%s", format, err, wrong, got)
				}
			case format == AsGitHub && bytes.Count(got, []byte("\n")) != 1:
				t.Errorf("github: %q", got)
			case format == AsJUnit:
				if err := xml.Unmarshal(got, &junitSuites{}); err != nil {
					t.Errorf("junit: %v\n%s", err, got)
				}
			}
		}
	})
}
