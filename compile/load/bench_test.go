package load

import (
	"fmt"
	"strings"
	"testing"
)

// manifests returns n manifests of about 1.1 KB, Services and GRPCRoutes in turn.
func manifests(n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		if i%2 == 0 {
			out[i] = service(i)
		} else {
			out[i] = grpcRoute(i - 1)
		}
	}
	return out
}

func service(i int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: v1
kind: Service
metadata:
  name: svc-%[1]d
  namespace: ns-%[2]d
  labels:
    app.kubernetes.io/name: svc-%[1]d
    app.kubernetes.io/managed-by: flux
  annotations:
    config.linkerd.io/opaque-ports: "4444,5555"
    description: "the service number %[1]d of the shop, which answers questions"
spec:
  type: ClusterIP
  selector:
    app: svc-%[1]d
  ports:
`, i, i%50)
	for p := range 6 {
		fmt.Fprintf(&b, `  - name: grpc-%[1]d
    port: %[2]d
    targetPort: %[3]d
    protocol: TCP
    appProtocol: kubernetes.io/h2c
`, p, 8000+p, 9000+p)
	}
	return []byte(b.String())
}

func grpcRoute(i int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata:
  name: route-%[1]d
  namespace: ns-%[2]d
spec:
  parentRefs:
  - name: svc-%[1]d
    kind: Service
    group: ""
    port: 8000
  rules:
`, i, i%50)
	for r := range 4 {
		fmt.Fprintf(&b, `  - matches:
    - method:
        service: shop.Api%[1]d
        method: Get%[2]d
    - method: {service: shop.Api%[1]d, method: List}
    backendRefs:
    - name: svc-%[2]d
      port: 8000
      weight: %[3]d
    - name: svc-%[2]d-next
      port: 8001
      weight: %[4]d
`, r, i, 10+r, 90-r)
	}
	return []byte(b.String())
}

func BenchmarkContent(b *testing.B) {
	texts := manifests(1000)
	size := 0
	for _, t := range texts {
		size += len(t)
	}
	for _, way := range []struct {
		name string
		read func([]byte) (any, error)
	}{
		{"quick", func(t []byte) (any, error) { v, _, err := parse(t, DefaultLimits(), nil); return v, err }},
		{"library", func(t []byte) (any, error) { v, _, err := slow(t, DefaultLimits()); return v, err }},
		{"client", asClient},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				for _, t := range texts {
					if _, err := way.read(t); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

func BenchmarkSplit(b *testing.B) {
	text := []byte(strings.Repeat("---\n"+string(service(1)), 1000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if docs, _ := split("f", text, 1<<30); len(docs) != 1000 {
			b.Fatal(len(docs))
		}
	}
}
