package routetest

import (
	"errors"
	"net/netip"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// A Runner runs tests against one cluster.
type Runner struct {
	Cluster  *eval.Cluster
	Coverage *cover.Coverage // nil: not counted
}

// An Outcome is what came of a test.
type Outcome struct {
	Test        *Test
	Error       string       // the question cannot be asked: no such Service, no such workload
	At          source.Place // of the error, else of the test
	Differences []Difference
	By          string       // what decided, as far as anything in the manifests did
	ByPlace     source.Place // where it stands
	Meant       string       // which other rule the test probably means, and why that one lost; "": none
	MeantPlace  source.Place // of what it lacks
}

// Passed reports whether everything is as expected.
func (o *Outcome) Passed() bool { return o.Error == "" && len(o.Differences) == 0 }

// A Difference is an expectation that is not met.
type Difference struct {
	Field     string // of expect
	Want, Got string
	Place     source.Place // of the expectation
}

// Run runs a test.
func (r *Runner) Run(t *Test) Outcome {
	out := Outcome{Test: t, At: t.Place}
	var err error
	if t.Request.Inbound() {
		err = r.inbound(&out)
	} else {
		err = r.outbound(&out)
	}
	if err != nil {
		out.Error, out.At = r.explainError(err, t.Request.Workload), t.Request.ToPlace
	}
	return out
}

// Ask answers for the request of a test that is a client's.
func (r *Runner) Ask(t *Test) (eval.Answer, error) {
	q := &t.Request
	switch {
	case q.Protocol == TLS:
		return r.Cluster.TLS(t.Client.Namespace, *q.To, q.ServerName)
	case q.Protocol == Opaque:
		return r.Cluster.Connect(t.Client.Namespace, *q.To)
	case q.To != nil:
		return r.Cluster.CallTo(t.Client.Namespace, *q.To, q.Call)
	}
	return r.Cluster.Call(t.Client.Namespace, q.Call)
}

// AskServer answers for the request of a test that reaches a workload.
func (r *Runner) AskServer(t *Test) (*eval.Server, eval.Admission, error) {
	q := &t.Request
	s, err := r.Cluster.Server(q.Workload, q.Port)
	if err != nil {
		return nil, eval.Admission{}, err
	}
	client := eval.Client{IP: t.Client.IP, Meshed: t.Client.Meshed, Identity: t.Client.Identity}
	if !client.IP.IsValid() {
		client.IP = Unremarkable(r.Cluster.Program)
	}
	switch q.Protocol {
	case TLS:
		return s, s.Connection(eval.Client{IP: client.IP}), nil
	case Opaque:
		return s, s.Connection(client), nil
	}
	a, err := r.Cluster.Admit(q.Workload, q.Port, q.Call, client)
	return s, a, err
}

// Unremarkable returns the address of a client of whom nothing is said: the first of the
// cluster's networks.
func Unremarkable(p *ir.Program) netip.Addr {
	for _, n := range p.Settings.ClusterNetworks {
		if ip := n.Masked().Addr().Next(); n.Contains(ip) {
			return ip
		}
	}
	return netip.AddrFrom4([4]byte{10, 0, 0, 1})
}

// explainError adds what may have been meant.
func (r *Runner) explainError(err error, w eval.Workload) string {
	if errors.Is(err, ir.ErrUnknownServer) {
		return err.Error() + SimilarWorkload(r.Cluster.Program, w)
	}
	var none *eval.NoSuchHost
	if !errors.As(err, &none) || len(none.Similar) > 0 {
		return err.Error()
	}
	if near := Similar(r.Cluster.Program, none.Host, none.From); near != "" {
		return err.Error() + "; did you mean " + near + "?"
	}
	return err.Error()
}

// SimilarWorkload says which workload was probably meant, or that there is none.
func SimilarWorkload(p *ir.Program, w eval.Workload) string {
	var names []string
	for i := range p.Workloads {
		if ref := p.Workloads[i].Ref; (ref.Kind == "ExternalWorkload") == w.External {
			names = append(names, ref.Namespace+"/"+ref.Name)
		}
	}
	if near := diag.Nearest(w.String(), names); near != "" {
		return "; did you mean " + near + "?"
	}
	return "; no meshed workload of that name is in the sources"
}

// Similar returns the Service that a name was probably meant to be, spelled like the name, or
// "".
func Similar(p *ir.Program, host, from string) string {
	var names []string
	for i := range p.Targets {
		if ref := p.Targets[i].Ref; ref.Kind == "Service" {
			short := ref.Name + "." + ref.Namespace
			names = append(names, short, short+".svc", short+".svc."+p.Settings.ClusterDomain)
			if ref.Namespace == from {
				names = append(names, ref.Name)
			}
		}
	}
	return diag.Nearest(host, names)
}
