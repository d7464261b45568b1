// Package tree makes manifest trees of any size for benchmarks: the same seed and size give
// the same bytes.
package tree

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// A Shape says what a tree is made of.
type Shape struct {
	Manifests int // in all
	Seed      uint64
	Single    bool // one multi-document file instead of a file each
	Workloads bool // 40 % workloads, 20 % Services, 20 % policy, 20 % routes; else half Services, half GRPCRoutes
}

// perNamespace is how many manifests share a namespace.
const perNamespace = 200

// Write makes the tree in a folder, which is made if need be.
func Write(dir string, s Shape) error {
	if s.Single {
		var all bytes.Buffer
		each(s, func(_ string, text []byte) error {
			all.WriteString("---\n")
			all.Write(text)
			return nil
		})
		return write(filepath.Join(dir, "all.yaml"), all.Bytes())
	}
	return each(s, func(name string, text []byte) error {
		return write(filepath.Join(dir, name), text)
	})
}

func write(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return nil
}

// Each calls a function for every manifest of the tree, by file name.
func Each(s Shape, visit func(name string, text []byte) error) error { return each(s, visit) }

func each(s Shape, visit func(name string, text []byte) error) error {
	r := rand.New(rand.NewPCG(s.Seed, 1))
	kinds := []func(*writer){service, grpcRoute}
	if s.Workloads {
		kinds = []func(*writer){service, deployment, deployment, server, grpcRoute, service, deployment, deployment, authorization, grpcRoute}
	}
	for i := range s.Manifests {
		round := i / len(kinds)
		w := &writer{Rand: r, app: round, namespace: fmt.Sprintf("team-%03d", i/perNamespace)}
		if s.Workloads {
			w.app = round*2 + i%len(kinds)/5
		}
		kinds[i%len(kinds)](w)
		name := fmt.Sprintf("%s/%05d-%s.yaml", w.namespace, i, w.kind)
		if err := visit(name, w.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// A writer is one manifest in the making.
type writer struct {
	bytes.Buffer
	*rand.Rand
	namespace string
	app       int
	kind      string
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) head(apiVersion, kind, name string) {
	w.kind = kind
	w.line("apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  namespace: %s\n  labels:\n    app.kubernetes.io/name: %s\n    app.kubernetes.io/part-of: shop", apiVersion, kind, name, w.namespace, name)
}

func (w *writer) name() string { return fmt.Sprintf("app-%05d", w.app) }

func service(w *writer) {
	w.head("v1", "Service", w.name())
	w.line("spec:\n  type: ClusterIP\n  selector:\n    app: %s\n  ports:\n  - name: grpc\n    port: 50051\n    targetPort: 50051\n  - name: admin\n    port: 9990\n    targetPort: admin", w.name())
}

func grpcRoute(w *writer) {
	w.head("gateway.networking.k8s.io/v1", "GRPCRoute", w.name()+"-routes")
	w.line("spec:\n  parentRefs:\n  - group: core\n    kind: Service\n    name: %s\n    port: 50051\n  rules:", w.name())
	for rule := range 4 {
		w.line("  - matches:")
		for match := range 2 {
			w.line("    - method:\n        service: shop.v1.Service%d\n        method: Method%d%d", w.IntN(10), rule, match)
			w.line("      headers:\n      - name: x-tenant\n        value: tenant-%d", w.IntN(50))
		}
		weight := w.IntN(100)
		w.line("    backendRefs:\n    - name: %s\n      port: 50051\n      weight: %d\n    - name: app-%05d\n      port: 50051\n      weight: %d",
			w.name(), weight, max(w.app-1, 0), 100-weight)
	}
}

func deployment(w *writer) {
	name := fmt.Sprintf("%s-%d", w.name(), w.IntN(1000))
	w.head("apps/v1", "Deployment", name)
	w.line("spec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: %s\n  template:\n    metadata:\n      labels:\n        app: %s\n        tier: backend\n      annotations:\n        linkerd.io/inject: enabled\n    spec:\n      containers:\n      - name: app\n        image: registry.example/shop/%s:1.2.3\n        ports:\n        - name: grpc\n          containerPort: 50051\n        - name: admin\n          containerPort: 9990\n        readinessProbe:\n          httpGet:\n            path: /ready\n            port: admin\n        resources:\n          requests:\n            cpu: 100m\n            memory: 128Mi", w.name(), w.name(), name)
}

func server(w *writer) {
	w.head("policy.linkerd.io/v1beta3", "Server", w.name()+"-grpc")
	w.line("spec:\n  podSelector:\n    matchLabels:\n      app: %s\n  port: grpc\n  proxyProtocol: gRPC", w.name())
}

func authorization(w *writer) {
	w.head("policy.linkerd.io/v1alpha1", "AuthorizationPolicy", w.name()+"-clients")
	w.line("spec:\n  targetRef:\n    group: policy.linkerd.io\n    kind: Server\n    name: %s-grpc\n  requiredAuthenticationRefs:\n  - kind: ServiceAccount\n    name: client-%d", fmt.Sprintf("app-%05d", max(w.app-1, 0)), w.IntN(20))
}
