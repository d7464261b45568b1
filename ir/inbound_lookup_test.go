package ir

import (
	"errors"
	"slices"
	"testing"
)

// inboundProgram has workloads of one port table each, told apart by the table's mode.
func inboundProgram(refs ...Ref) *Program {
	p := &Program{}
	for _, r := range refs {
		p.Workloads = append(p.Workloads, Workload{
			Ref:    r,
			Tables: []Inbound{{Port: 80, Meta: Meta{Default: r.Kind + " " + r.Name}}},
			Others: []InboundOthers{
				{Ports: PortSet{{First: 100, Last: 200}}, Table: Inbound{Protocol: Opaque}},
				{Ports: PortSet{{First: 1, Last: 65535}}, Table: Inbound{Protocol: Detect}},
			},
		})
	}
	slices.SortFunc(p.Workloads, func(a, b Workload) int { return CompareWorkloads(a.Ref, b.Ref) })
	return p
}

func workload(kind, name string) Ref {
	return Ref{Group: "x", Kind: kind, Namespace: "shop", Name: name}
}

func TestInboundByName(t *testing.T) {
	p := inboundProgram(
		workload("Deployment", "web"), workload("StatefulSet", "web"), workload("Pod", "web-0"), workload("StatefulSet", "db"),
		workload("DaemonSet", "agent"), workload("CronJob", "nightly"), workload("Job", "once"), workload("Job", "indexed"),
		workload("ReplicaSet", "rs"), workload("ReplicationController", "rc"), workload("ExternalWorkload", "vm"), workload("Deployment", "vm"),
	)
	for name, want := range map[string]string{
		"web":                    "Deployment web", // owners of one name: by kind
		"web-0":                  "Pod web-0",      // a Pod of that name before the owner of such Pods
		"web-1":                  "StatefulSet web",
		"db-12":                  "StatefulSet db",
		"web-5d9c7b4f6-bcdfg":    "Deployment web",
		"web-5d9c7b4f6bbb-bcdfg": "", // too long for a template hash
		"web-5d9c7b4f6-abcde":    "", // vowels are in no random name
		"agent-x2v4z":            "DaemonSet agent",
		"rs-x2v4z":               "ReplicaSet rs",
		"rc-x2v4z":               "ReplicationController rc",
		"once-x2v4z":             "Job once",
		"indexed-3-x2v4z":        "Job indexed",
		"nightly-29381760-x2v4z": "CronJob nightly",
		"vm":                     "Deployment vm", // an ExternalWorkload is no Pod
		"nope":                   "", "-": "", "": "", "web-": "", "-bcdfg": "",
	} {
		table, err := p.Inbound("shop", name, 80)
		if got := table.Meta.Default; got != want || (err != nil) != (want == "") {
			t.Errorf("%q: %q, %v; want %q", name, got, err, want)
		}
	}
	if table, err := p.ExternalInbound("shop", "vm", 80); err != nil || table.Meta.Default != "ExternalWorkload vm" {
		t.Errorf("vm: %v, %v", table.Meta, err)
	}
	if _, err := p.Inbound("other", "web", 80); !errors.Is(err, ErrUnknownServer) {
		t.Errorf("another namespace: %v", err)
	}
}

func TestInboundPorts(t *testing.T) {
	p := inboundProgram(workload("Pod", "web"))
	for port, want := range map[uint32]Protocol{1: Detect, 99: Detect, 100: Opaque, 200: Opaque, 201: Detect, 65535: Detect} {
		if table, err := p.Inbound("shop", "web", port); err != nil || table.Protocol != want || table.Port != uint16(port) {
			t.Errorf("port %d: %v %v, %v", port, table.Port, table.Protocol, err)
		}
	}
	for _, port := range []uint32{0, 65536, 70000} {
		if _, err := p.Inbound("shop", "web", port); !errors.Is(err, ErrInvalidPort) {
			t.Errorf("port %d: %v", port, err)
		}
	}
}

// The cases of spec/inbound.md §10.7, and the rest of its grammar.
func TestProxyTokens(t *testing.T) {
	p := inboundProgram(workload("Pod", "web-0"), workload("ExternalWorkload", "vm"))
	for token, want := range map[string]error{
		"shop:web-0":                                             nil,
		"{\"ns\":\"shop\", \"pod\":\"web-0\"}\n":                 nil,
		`{"ns":"shop","external_workload":"vm"}`:                 nil,
		`{"pod":"web-0","ns":"shop","more":[{}]}`:                nil,
		`{"ns":"shop","pod":"web-0","external_workload":"nope"}`: nil, // the first counts
		`{"ns":"shop","external_workload":"nope","pod":"web-0"}`: ErrUnknownServer,
		"shop:vm":                          ErrUnknownServer,
		"nope:web-0":                       ErrUnknownServer,
		"shop:nope":                        ErrUnknownServer,
		"shop:web-0\n":                     ErrUnknownServer,
		"shop:web:0":                       ErrUnknownServer,
		" {\"ns\":\"shop\",\"pod\":\"x\"}": ErrUnknownServer, // nothing is trimmed: a plain name
		`{"ns":"","pod":""}`:               ErrUnknownServer,
		"shop":                             ErrInvalidWorkload,
		"":                                 ErrInvalidWorkload,
		"shop:":                            ErrInvalidWorkload,
		":web-0":                           ErrInvalidWorkload,
		`{"ns":"shop"}`:                    ErrInvalidWorkload,
		`{"pod":"web-0"}`:                  ErrInvalidWorkload,
		`{"ns":"shop","deploy":"web"}`:     ErrInvalidWorkload,
		`{"ns":"shop","pod":null}`:         ErrInvalidWorkload,
		`{"ns":"shop","pod":"web-0"}x`:     ErrInvalidWorkload,
		`{"ns":"shop","pod":1}`:            ErrInvalidWorkload,
		`{"ns":"shop","pod":"web-0"`:       ErrInvalidWorkload,
	} {
		if _, err := p.InboundFor(token, 8080); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", token, err, want)
		}
	}
	if _, err := p.InboundFor("shop", 0); !errors.Is(err, ErrInvalidWorkload) {
		t.Errorf("the token is judged first: %v", err)
	}
	if _, err := p.InboundFor("nope:nope", 0); !errors.Is(err, ErrInvalidPort) {
		t.Errorf("the port is judged before the workload: %v", err)
	}
}

func FuzzProxyToken(f *testing.F) {
	for _, s := range []string{"shop:web", `{"ns":"a","pod":"b"}`, `{"ns":"a","external_workload":"b"} `, "{", ":"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, token string) {
		got, err := ParseProxyToken(token)
		if err == nil && token[0] != '{' && (got.External || got.Namespace+":"+got.Name != token) {
			t.Errorf("%q became %+v", token, got)
		}
	})
}
