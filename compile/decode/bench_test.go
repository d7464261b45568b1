package decode

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
)

// BenchmarkObjects decodes 1,000 documents: routes, which are read, and ConfigMaps of
// the same size, which are looked at.
func BenchmarkObjects(b *testing.B) {
	for _, kind := range []string{"GRPCRoute", "ConfigMap"} {
		b.Run(kind, func(b *testing.B) {
			var report diag.Report
			text := documents(kind, 1000)
			docs := load.Parse("f.yaml", text, load.Limits{}, &report)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if f := Objects(docs, Options{}, &report); len(f.Objects)+f.Counts.Others() != 1000 {
					b.Fatal(f.Counts)
				}
			}
		})
	}
}

func documents(kind string, n int) []byte {
	group := "gateway.networking.k8s.io/v1"
	if kind == "ConfigMap" {
		group = "v1"
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "---\napiVersion: %s\nkind: %s\nmetadata:\n  name: r-%d\n  namespace: ns\nspec:\n  rules:\n", group, kind, i)
		for r := range 8 {
			fmt.Fprintf(&b, "  - matches:\n    - method:\n        service: shop.Api%d\n        method: Get\n    backendRefs:\n    - name: svc-%d\n      port: 80\n", r, i)
		}
	}
	return []byte(b.String())
}
