// Package answer asks a program what the control plane would answer to a proxy: the frozen
// message for one key, or the gRPC error.
package answer

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/ir"
)

// A Query is one look-up. Kind says which fields it has.
type Query struct {
	Kind             string `json:"kind"`                        // "outbound", "inbound" or "profile"
	Authority        string `json:"authority,omitempty"`         // outbound, profile
	Addr             string `json:"addr,omitempty"`              // outbound: IP:PORT, in place of an authority
	ClientNamespace  string `json:"client_namespace,omitempty"`  // outbound, profile
	Workload         string `json:"workload,omitempty"`          // inbound: NAMESPACE/NAME of a Pod or of its owner
	ExternalWorkload string `json:"external_workload,omitempty"` // inbound: NAMESPACE/NAME
	Port             uint32 `json:"port,omitempty"`              // inbound
}

// An Answer is what the proxy gets.
type Answer struct {
	Message proto.Message
	Refused []refuse.Reason // why the proxy would not run the message
}

// To answers a query. The error's text begins with the gRPC code and a colon, or is
// "no message" where the stream would stay silent.
func To(p *ir.Program, q Query, checker *refuse.Checker) (Answer, error) {
	switch q.Kind {
	case "outbound":
		table, err := outboundTable(p, q)
		if err != nil {
			return Answer{}, err
		}
		m := outbound.Policy(table)
		return Answer{m, checker.Outbound(m)}, nil
	case "inbound":
		table, err := inboundTable(p, q)
		if err != nil {
			return Answer{}, err
		}
		m := inbound.Server(table)
		return Answer{m, checker.Inbound(m)}, nil
	case "profile":
		table, err := p.Profile(q.Authority, q.ClientNamespace)
		if err != nil {
			return Answer{}, err
		}
		m := profile.Destination(table)
		return Answer{m, checker.Profile(m)}, nil
	}
	return Answer{}, fmt.Errorf("a query's kind is outbound, inbound or profile, not %q", q.Kind)
}

func outboundTable(p *ir.Program, q Query) (ir.Outbound, error) {
	if q.Addr == "" {
		return p.OutboundName(q.Authority, q.ClientNamespace)
	}
	addr, err := netip.ParseAddrPort(q.Addr)
	if err != nil {
		return ir.Outbound{}, fmt.Errorf("InvalidArgument: failed to parse target addr: %w", err)
	}
	return p.OutboundAddr(addr, q.ClientNamespace)
}

func inboundTable(p *ir.Program, q Query) (ir.Inbound, error) {
	name, find := q.Workload, p.Inbound
	if q.ExternalWorkload != "" {
		name, find = q.ExternalWorkload, p.ExternalInbound
	}
	namespace, name, ok := strings.Cut(name, "/")
	if !ok || namespace == "" || name == "" {
		return ir.Inbound{}, errors.New("InvalidArgument: a workload is NAMESPACE/NAME")
	}
	return find(namespace, name, q.Port)
}
