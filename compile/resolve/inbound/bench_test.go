package inbound

import (
	"fmt"
	"testing"
	"time"

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

// Eight times the pods and Servers may take no more than twenty-four times as long; their
// product is sixty-four times as large.
func TestSelectionGrowth(t *testing.T) {
	best := func(set *manifest.Set) time.Duration {
		least := time.Duration(1<<63 - 1)
		for range 5 {
			start := time.Now()
			decide(set)
			least = min(least, time.Since(start))
		}
		return least
	}
	small, large := best(crowd(625, 250)), best(crowd(5000, 2000))
	if large > 24*small {
		t.Errorf("5000 pods and 2000 Servers take %v, an eighth of each %v", large, small)
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
