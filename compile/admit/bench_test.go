package admit_test

import (
	"bytes"
	"fmt"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/load"
	"routec.dev/routec/compile/manifest"
)

// typicalRoute is a GRPCRoute of 4 rules with 2 matches and 2 backends each.
func typicalRoute() []byte {
	var b bytes.Buffer
	b.WriteString(`apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata:
  name: smiley
  namespace: faces
  labels: {app.kubernetes.io/name: faces, app.kubernetes.io/part-of: emoji}
spec:
  parentRefs:
  - group: core
    kind: Service
    name: smiley
    port: 50051
  rules:
`)
	for i := range 4 {
		fmt.Fprintf(&b, `  - matches:
    - method: {service: faces.Smiley, method: Get%d}
    - method: {service: faces.Smiley, method: Put%d}
      headers: [{name: x-faces-user, value: testuser}]
    backendRefs:
    - {name: smiley, port: 50051, weight: 90}
    - {name: smiley2, port: 50051, weight: 10}
`, i, i)
	}
	return b.Bytes()
}

const typicalService = `apiVersion: v1
kind: Service
metadata:
  name: smiley
  namespace: faces
  labels: {app.kubernetes.io/name: faces}
spec:
  selector: {app: smiley}
  ports:
  - {name: grpc, port: 50051, targetPort: 8080, appProtocol: kubernetes.io/h2c}
  - {name: http, port: 80, targetPort: http}
`

// BenchmarkObject judges one object after reading it; the cost of reading is that of
// BenchmarkRead.
func BenchmarkObject(b *testing.B) {
	j := newJudge(b, admit.Options{})
	for name, text := range map[string][]byte{"route": typicalRoute(), "service": []byte(typicalService)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			lists := make([]manifest.Unstructured, 0, 512)
			for b.Loop() {
				if len(lists) == 0 {
					b.StopTimer()
					for range cap(lists) {
						lists = append(lists, objects(b, name, text)...)
					}
					b.StartTimer()
				}
				last := len(lists) - 1
				if got := j.Object(lists[last]); got.Refusal != nil {
					b.Fatal(got.Refusal.Message)
				}
				lists = lists[:last]
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	for name, text := range map[string][]byte{"route": typicalRoute(), "service": []byte(typicalService)} {
		docs := load.Parse(name, text, load.DefaultLimits(), &diag.Report{})
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				docs[0].Content(load.DefaultLimits(), &diag.Report{})
			}
		})
	}
}
