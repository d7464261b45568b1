package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// Where the standard's own schema and a program that checks by it come from. The schema is
// OASIS's text, which a module of the Go proxy carries as a constant.
const (
	sarifModule   = "github.com/owenrumney/go-sarif/v3@v3.3.0"
	sarifSchemaIn = "pkg/report/v210/sarif/schema.go"
	schemaChecker = "github.com/santhosh-tekuri/jsonschema/cmd/jv@v1.2.4"
)

// TestSARIFStandard holds SARIF of broken manifests against the schema of SARIF 2.1.0. It
// needs the network, so it happens only where ROUTEC_INTEGRATION is set.
func TestSARIFStandard(t *testing.T) {
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("gets the standard's schema only with ROUTEC_INTEGRATION=1")
	}
	dir := t.TempDir()
	golang := func(args ...string) []byte {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir // outside of the module
		cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=-mod=mod")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %v: %v", args, err)
		}
		return out
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(golang("mod", "download", "-json", sarifModule), &module); err != nil {
		t.Fatal(err)
	}
	schema := filepath.Join(dir, "sarif.json")
	if err := os.WriteFile(schema, constant(t, filepath.Join(module.Dir, sarifSchemaIn)), 0o666); err != nil {
		t.Fatal(err)
	}
	golang("install", schemaChecker)
	for name, source := range map[string]string{"good": "../../examples/faces", "broken": "testdata/broken"} {
		found, _ := printed(t, 0, "lint", source, "-o", "sarif", "--fail-on", "never")
		file := filepath.Join(dir, name+".sarif")
		if err := os.WriteFile(file, []byte(found), 0o666); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(filepath.Join(dir, "jv"), schema, file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// constant returns the value of the first constant of a Go file.
func constant(t *testing.T, name string) []byte {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.CONST {
			text, err := strconv.Unquote(d.Specs[0].(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			return []byte(text)
		}
	}
	t.Fatalf("%s has no constant", name)
	return nil
}
