package inbound

import (
	"fmt"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// crowd is one namespace of pods and Servers. Pods share labels by the fifty; each Server
// selects one such group by two labels and an expression, one of its ports.
func crowd(pods, servers int) *manifest.Set {
	set := &manifest.Set{}
	for i := range pods {
		set.Pods = append(set.Pods, manifest.Pod{
			Owner: manifest.Meta{Identity: manifest.Identity{Version: "v1", Kind: "Pod", Namespace: "shop", Name: fmt.Sprintf("pod-%06d", i)}},
			PodTemplate: manifest.PodTemplate{
				Metadata: manifest.PodMetadata{Labels: map[string]string{
					"app": fmt.Sprintf("app-%d", i/50), "tier": "backend", "linkerd.io/control-plane-ns": "linkerd",
				}},
				Spec: manifest.PodSpec{Containers: []manifest.Container{{Ports: []manifest.ContainerPort{
					{Name: "http", ContainerPort: 8080}, {Name: "admin", ContainerPort: 9990},
				}}}},
			},
		})
	}
	protocol := "HTTP/1"
	for i := range servers {
		set.Servers = append(set.Servers, manifest.Object[manifest.ServerSpec]{
			Meta: manifest.Meta{Identity: manifest.Identity{Group: manifest.PolicyGroup, Kind: "Server", Namespace: "shop", Name: fmt.Sprintf("server-%06d", i)}},
			Spec: manifest.ServerSpec{
				PodSelector: &manifest.LabelSelector{
					MatchLabels:      manifest.Labels{"tier": "backend", "app": fmt.Sprintf("app-%d", i%max(pods/50, 1))},
					MatchExpressions: []manifest.LabelExpression{{Key: "canary", Operator: "DoesNotExist"}},
				},
				Port: &manifest.Port{Number: int64(7000 + i/max(pods/50, 1))}, ProxyProtocol: &protocol,
			},
		})
	}
	return set
}

func decide(set *manifest.Set) []ir.Workload {
	return Read(set, manifest.DefaultMesh(), &diag.Report{}).Resolve(nil).Workloads
}

// Selection costs pods + Servers + matches, not their product: the time a pod takes must
// not grow with both.
func BenchmarkSelection(b *testing.B) {
	for _, n := range []int{1, 2, 4, 8} {
		pods, servers := 1250*n, 500*n
		set := crowd(pods, servers)
		b.Run(fmt.Sprintf("%dx%d", pods, servers), func(b *testing.B) {
			for b.Loop() {
				decide(set)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(pods+servers), "ns/object")
		})
	}
}

// Selection looks at hardly more pods than it selects: not at every pod for every Server.
func TestSelectionExamines(t *testing.T) {
	set := crowd(5000, 2000)
	labels := make([]map[string]string, len(set.Pods))
	for i := range set.Pods {
		labels[i] = set.Pods[i].Metadata.Labels
	}
	x := newLabelIndex(labels)
	examined, matches := 0, 0
	for _, s := range set.Servers {
		examined += len(x.candidates(s.Spec.PodSelector))
		matches += len(x.selected(s.Spec.PodSelector))
	}
	if matches != 2000*50 || examined > 2*matches {
		t.Errorf("%d pods examined for %d matches", examined, matches)
	}
}

// Whatever the index finds is what asking every object finds.
func TestLabelIndex(t *testing.T) {
	var objects []map[string]string
	for i := range 24 {
		m := map[string]string{"n": fmt.Sprint(i % 4)}
		if i%2 == 0 {
			m["even"] = "yes"
		}
		if i%3 == 0 {
			m["third"] = fmt.Sprint(i % 2)
		}
		objects = append(objects, m)
	}
	objects = append(objects, nil)
	x := newLabelIndex(objects)
	for _, s := range selectors() {
		var want []int32
		for i, m := range objects {
			if selects(s, m) {
				want = append(want, int32(i))
			}
		}
		if got := x.selected(s); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%+v: %v, want %v", s, got, want)
		}
	}
}

func selectors() []*manifest.LabelSelector {
	pairs := []manifest.Labels{nil, {"n": "1"}, {"n": "9"}, {"n": "2", "even": "yes"}, {"absent": ""}}
	var expressions []manifest.LabelExpression
	for _, key := range []string{"n", "even", "third", "absent"} {
		for _, op := range []string{"In", "NotIn", "Exists", "DoesNotExist"} {
			for _, values := range [][]string{nil, {}, {"1"}, {"1", "0", "1", "yes"}} {
				expressions = append(expressions, manifest.LabelExpression{Key: key, Operator: op, Values: values})
			}
		}
	}
	out := []*manifest.LabelSelector{nil}
	for _, p := range pairs {
		out = append(out, &manifest.LabelSelector{MatchLabels: p})
		for i, e := range expressions {
			other := expressions[(i*7+3)%len(expressions)]
			out = append(out, &manifest.LabelSelector{MatchLabels: p, MatchExpressions: []manifest.LabelExpression{e}},
				&manifest.LabelSelector{MatchLabels: p, MatchExpressions: []manifest.LabelExpression{e, other}})
		}
	}
	return out
}
