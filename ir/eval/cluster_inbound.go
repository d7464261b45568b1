package eval

import (
	"fmt"
	"net/netip"

	"routec.dev/routec/ir"
)

// A Workload names whose proxy is asked.
type Workload struct {
	Namespace, Name string
	External        bool // an ExternalWorkload
}

// String returns the workload as NAMESPACE/NAME.
func (w Workload) String() string { return w.Namespace + "/" + w.Name }

type serverKey struct {
	workload Workload
	port     uint16
}

// Server returns the prepared table of a workload's port; a table that cannot be prepared
// is answered as the proxy would. The error says that there is no such workload, or no such
// port.
func (c *Cluster) Server(w Workload, port uint16) (*Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := serverKey{w, port}
	if s := c.servers[key]; s != nil {
		return s, nil
	}
	lookup := c.Program.Inbound
	if w.External {
		lookup = c.Program.ExternalInbound
	}
	t, err := lookup(w.Namespace, w.Name, uint32(port))
	if err != nil {
		return nil, fmt.Errorf("workload %s, port %d: %w", w, port, err)
	}
	s := c.server(t)
	c.servers[key] = s
	return s, nil
}

// server prepares an inbound table, or what the proxy runs instead.
func (c *Cluster) server(t ir.Inbound) *Server {
	if c.refused.Inbound != nil {
		if why := c.refused.Inbound(&t); why != nil {
			return InvalidInbound(t, why)
		}
	}
	s, err := c.prepare.inbound(t)
	if err != nil {
		return InvalidInbound(t, err)
	}
	return s
}

// Admit answers for a client's call that reaches a workload's port, whatever its URL's
// host.
func (c *Cluster) Admit(w Workload, port uint16, call Call, client Client) (Admission, error) {
	s, err := c.Server(w, port)
	if err != nil {
		return Admission{}, err
	}
	if call.Encrypted() {
		return s.Connection(Client{IP: client.IP}), nil // TLS for the workload is not the mesh's
	}
	r, err := call.Request(netip.AddrPort{})
	if err != nil {
		return Admission{}, err
	}
	if p := s.Inbound.Protocol; p == ir.Opaque || p == ir.TLS {
		return s.Connection(client), nil
	}
	return s.Decide(call.version(), r, client), nil
}
