package golden

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
)

// TestCatalogue compiles both examples of every entry: the broken one earns the code, with the
// entry's severity and at a place in it; the mended one does not.
func TestCatalogue(t *testing.T) {
	entries, err := diag.Entries()
	if err != nil {
		t.Fatal(err)
	}
	codes := constants(t)
	for _, e := range entries {
		if codes[string(e.Code)] == "" {
			t.Errorf("%s: no constant has this code", e.Code)
		}
		delete(codes, string(e.Code))
		if e.Title == "" || e.Why == "" {
			t.Errorf("%s: an entry has a title and says why", e.Code)
		}
		if e.Broken == "" && e.Fixed == "" {
			if !strings.HasPrefix(string(e.Code), "RC00") && unearned[e.Code] == "" { // what is no manifest has no example
				t.Errorf("%s: no examples", e.Code)
			}
			continue
		}
		t.Run(string(e.Code), func(t *testing.T) { examples(t, e) })
	}
	for code, name := range codes {
		t.Errorf("%s (diag.%s) has no entry", code, name)
	}
}

// unearned are the codes that no manifest earns in the ordinary way, and why.
var unearned = map[diag.Code]string{
	diag.ValueRefused:   "stands in where a rule has no code of its own; all have",
	diag.InjectorDenied: "is said of Pods that are created; compile reports RC3001 on what would create them",
}

func examples(t *testing.T, e diag.Entry) {
	t.Parallel()
	var opts compile.Options
	if e.Permit {
		opts.Admission = manifest.Permit
	}
	broken, told := findingsOf(t, e.Broken, opts), ""
	found := false
	for _, d := range broken {
		told += string(d.Code) + " " + d.Message + "\n"
		if d.Code != e.Code || found {
			continue
		}
		found = true
		if d.Severity != e.Severity {
			t.Errorf("the severity is %s, the catalogue says %s", d.Severity, e.Severity)
		}
		if d.At.Doc == nil {
			t.Error("the finding has no place")
		}
		if d.Message == "" || strings.HasSuffix(d.Message, ".") {
			t.Errorf("the message %q", d.Message)
		}
	}
	if !found {
		t.Errorf("the broken example earns only:\n%s", told)
	}
	for _, d := range findingsOf(t, e.Fixed, opts) {
		if d.Code == e.Code {
			t.Errorf("the mended example earns %s, too: %s", d.Code, d.Message)
		}
	}
}

// findingsOf compiles a file of manifests.
func findingsOf(t *testing.T, text string, opts compile.Options) []diag.Diagnostic {
	t.Helper()
	file := filepath.Join(t.TempDir(), "manifests.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	sources, err := source.OpenAll(t.Context(), []string{file}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	result, err := compile.Decide(t.Context(), sources, opts)
	if err != nil {
		t.Fatal(err)
	}
	var all diag.Report
	all.Join(result.Report)
	for _, c := range result.Clusters {
		all.Join(c.Report)
	}
	return all.Sorted()
}

// constants reads the constants of compile/diag that are codes: code → name.
func constants(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("../compile/diag/codes_*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
				if code, err := strconv.Unquote(lit.Value); err == nil {
					if out[code] != "" {
						t.Errorf("%s is the code of %s and of %s", code, out[code], spec.Names[0])
					}
					out[code] = spec.Names[0].Name
				}
			}
			return true
		})
	}
	return out
}
