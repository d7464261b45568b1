package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/golden/jsonschema"
)

// printed runs the program, and returns what it prints.
func printed(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	if code := run(context.Background(), args, streams{in: strings.NewReader(""), out: &out, err: &log}); code != want {
		t.Fatalf("routec %s: exit code %d\n%s", strings.Join(args, " "), code, log.String())
	}
	return out.String(), log.String()
}

func TestSchemaCommand(t *testing.T) {
	list, _ := printed(t, 0, "schema")
	for _, kind := range schemaKinds() {
		if !strings.Contains(list, kind) {
			t.Errorf("%s is not listed:\n%s", kind, list)
		}
		text, _ := printed(t, 0, "schema", strings.ToLower(kind))
		if _, err := jsonschema.Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if _, log := printed(t, exitUsage, "schema", "Pod"); !strings.Contains(log, "Mesh, RouteTest") {
		t.Error(log)
	}
}

// Every document of ours in the examples follows its schema, and what the program prints does.
func TestExamplesFollowSchemas(t *testing.T) {
	seen := map[string]int{}
	err := filepath.WalkDir("../../examples", func(name string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var report diag.Report
		for _, d := range load.Parse(name, text, load.Limits{}, &report) {
			content, _ := d.Content(load.Limits{}, &report)
			if version, _ := content["apiVersion"].(string); !strings.HasPrefix(version, "routec.dev/") {
				continue
			}
			kind, _ := content["kind"].(string)
			seen[kind]++
			follows(t, name, kind, content)
		}
		return nil
	})
	if err != nil || seen["Mesh"] == 0 || seen["RouteTest"] == 0 {
		t.Errorf("%v, seen %v", err, seen)
	}
	text, _ := printed(t, 0, "lint", "-o", "json", "../../examples/faces")
	var findings any
	if err := json.Unmarshal([]byte(text), &findings); err != nil {
		t.Fatal(err)
	}
	follows(t, "lint", "findings", findings)
}

func follows(t *testing.T, name, kind string, content any) {
	t.Helper()
	text, _ := printed(t, 0, "schema", kind)
	s, err := jsonschema.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	value, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if wrong, err := s.Check(value); err != nil || len(wrong) > 0 {
		t.Errorf("%s: %v %v", name, err, wrong)
	}
}
