package golden

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/ir"
)

// TestTreesAreDropped decides recorded clusters twice: with trees that are kept, and in maps
// that are lent again after each document. Whatever held on to a part of a tree would hold
// parts of later documents the second time.
func TestTreesAreDropped(t *testing.T) {
	for _, kind := range []string{"outbound", "permit-inbound-rich", "inject-rich", "profile"} {
		all := cases(t, kind)
		for _, dir := range all[:min(len(all), 20)] {
			kept, dropped := decided(t, dir, true), decided(t, dir, false)
			if !bytes.Equal(kept, dropped) {
				t.Errorf("%s: the decisions differ once trees are dropped", dir)
			}
		}
	}
}

// decided prints the program and the findings of a case.
func decided(t *testing.T, dir string, keepTrees bool) []byte {
	t.Helper()
	ctx := context.Background()
	manifests, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(manifests) == 0 {
		t.Fatalf("%s has no manifests: %v", dir, err)
	}
	sources, err := source.OpenAll(ctx, manifests, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	result, err := compile.Decide(ctx, sources, compile.Options{Admission: manifest.Permit, Verdicts: keepTrees})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, c := range result.Clusters {
		if err := ir.Fprint(&out, c.Program); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range result.Findings().Sorted() {
		out.WriteString(string(d.Code) + " " + d.Object + " " + d.At.Field + " " + d.Message + " " + d.Help + "\n")
	}
	return out.Bytes()
}
