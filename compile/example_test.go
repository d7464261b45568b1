package compile_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
)

// A folder of manifests becomes a bundle, and findings say what to look at.
func ExampleBuild() {
	ctx := context.Background()
	sources, err := source.OpenAll(ctx, []string{"../examples/faces"}, source.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer sources.Close()
	dir, err := os.MkdirTemp("", "routec-example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	result, err := compile.Build(ctx, sources, filepath.Join(dir, "frozen"), compile.Options{}, bundle.Options{})
	if err != nil {
		log.Fatal(err)
	}
	mesh := result.Clusters[0]
	fmt.Printf("mesh %s: %d tables, %d decided by manifests\n", mesh.Mesh.Name, mesh.Bundle.Tables, mesh.Bundle.Decided)
	findings := result.Findings()
	for _, d := range findings.Sorted() {
		pos, _ := result.Texts.Locate(d.At)
		fmt.Printf("line %d: %s[%s] on %s\n", pos.Line, d.Severity, d.Code, d.Object)
	}
	fmt.Println("must not reach a cluster:", findings.AtLeast(diag.Error))
	// Output:
	// mesh default: 8 tables, 1 decided by manifests
	// line 1: warning[RC1003] on GRPCRoute.gateway.networking.k8s.io/faces/smiley-a-b
	// line 20: warning[RC2006] on GRPCRoute.gateway.networking.k8s.io/faces/smiley-a-b
	// must not reach a cluster: false
}

// Manifests can be in memory, and nothing needs to be written: the program says what was
// decided, the digest whether two builds differ.
func ExampleDecide() {
	manifests := source.Memory("manifests", []source.File{{Name: "web.yaml", Text: []byte(`
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
`)}})
	result, err := compile.Decide(context.Background(), source.Set{manifests}, compile.Options{Digest: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range result.Clusters {
		for _, t := range c.Program.Targets {
			fmt.Println(t.Ref, t.Ports)
		}
		fmt.Println(c.Counts.Accepted, "accepted; digest has", len(c.Bundle.Digest.String()), "digits")
	}
	// Output:
	// Service shop/web [80]
	// 1 accepted; digest has 64 digits
}
