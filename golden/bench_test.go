package golden

import (
	"context"
	"flag"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/golden/tree"
)

// manifests is the size of the tree that benchmarks compile.
var manifests = flag.Int("manifests", 10_000, "size of the tree that benchmarks compile")

// shapes are the trees that are measured.
var shapes = []struct {
	name  string
	shape tree.Shape
}{
	{"outbound", tree.Shape{Seed: 1}},
	{"single", tree.Shape{Seed: 1, Single: true}},
	{"workloads", tree.Shape{Seed: 1, Workloads: true}},
}

// onTrees runs a benchmark on every tree, and reports time per manifest.
func onTrees(b *testing.B, run func(b *testing.B, sources source.Set)) {
	for _, s := range shapes {
		b.Run(s.name, func(b *testing.B) {
			s.shape.Manifests = *manifests
			dir := b.TempDir()
			if err := tree.Write(dir, s.shape); err != nil {
				b.Fatal(err)
			}
			sources, err := source.OpenAll(b.Context(), []string{dir}, source.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer sources.Close()
			b.ReportAllocs()
			b.ResetTimer()
			run(b, sources)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(*manifests), "ns/manifest")
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	onTrees(b, func(b *testing.B, sources source.Set) {
		for b.Loop() {
			documents(b, sources)
		}
	})
}

func documents(b *testing.B, sources source.Set) []load.Document {
	var report diag.Report
	units, err := sources.Units(b.Context(), source.Options{}, &report)
	if err != nil {
		b.Fatal(err)
	}
	var out []load.Document
	for _, u := range units {
		out = append(out, u.Documents(&report)...)
	}
	return out
}

func BenchmarkDecode(b *testing.B) {
	onTrees(b, func(b *testing.B, sources source.Set) {
		docs := documents(b, sources)
		for b.Loop() {
			var report diag.Report
			for _, d := range docs {
				decode.Objects([]load.Document{d}, decode.Options{}, &report)
			}
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	onTrees(b, func(b *testing.B, sources source.Set) {
		for b.Loop() {
			if _, err := compile.Decide(b.Context(), sources, compile.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPack(b *testing.B) {
	onTrees(b, func(b *testing.B, sources source.Set) {
		result, err := compile.Decide(b.Context(), sources, compile.Options{})
		if err != nil {
			b.Fatal(err)
		}
		nowhere := func(string, ...[]byte) error { return nil }
		for b.Loop() {
			if _, err := bundle.Pack(result.Clusters[0].Program, bundle.Options{}, nowhere); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	onTrees(b, func(b *testing.B, sources source.Set) {
		dir := b.TempDir()
		for b.Loop() {
			if _, err := compile.Build(context.Background(), sources, dir, compile.Options{}, bundle.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
