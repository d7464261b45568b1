package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkTests runs 10,000 tests against 10,000 routes, compilation included: 2 s at most.
func BenchmarkTests(b *testing.B) {
	dir := b.TempDir()
	const n = 10000
	write := func(name string, one func(w io.Writer, i int)) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		w := bufio.NewWriter(f)
		for i := range n {
			fmt.Fprintln(w, "---")
			one(w, i)
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	write("services.yaml", func(w io.Writer, i int) {
		fmt.Fprintf(w, "apiVersion: v1\nkind: Service\nmetadata: {name: s%d, namespace: n%d}\nspec: {ports: [{port: 80}]}\n", i, i%100)
	})
	write("routes.yaml", func(w io.Writer, i int) {
		fmt.Fprintf(w, "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: s%d, namespace: n%d}\nspec:\n", i, i%100)
		fmt.Fprintf(w, "  parentRefs: [{name: s%d, kind: Service, group: core, port: 80}]\n  rules:\n  - matches: [{path: {type: PathPrefix, value: /a}}]\n", i)
		fmt.Fprintf(w, "    backendRefs: [{name: s%d, port: 80, weight: 9}, {name: s%d, port: 80, weight: 1}]\n", i, (i+100)%n)
	})
	write("tests.yaml", func(w io.Writer, i int) {
		fmt.Fprintf(w, "apiVersion: routec.dev/v1alpha1\nkind: RouteTest\nmetadata: {name: t%d, namespace: n%d}\nspec:\n", i, i%100)
		fmt.Fprintf(w, "  request: {url: \"http://s%d/a\"}\n  expect:\n    backends: [{service: s%d, share: 90%%}, {service: s%d, share: 10%%}]\n", i, i, (i+100)%n)
	})
	for b.Loop() {
		if code := run(b.Context(), []string{"test", dir}, streams{out: io.Discard, err: os.Stderr}); code != exitFine {
			b.Fatalf("exit %d", code)
		}
	}
}
