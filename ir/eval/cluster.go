package eval

import (
	"net/netip"
	"strings"
	"sync"

	"routec.dev/routec/ir"
)

// A Cluster answers questions about a whole program, whose tables it prepares as they are
// asked for. It may be used by several goroutines at once.
type Cluster struct {
	Program *ir.Program // must not be changed

	refused   Refusals
	byAddress map[netip.Addr]*ir.Target // Services with ports

	mu       sync.Mutex // for all below
	prepare  *preparer
	prepared map[preparedKey]*prepared
	servers  map[serverKey]*Server
}

// Refusals say why the proxy would not run a table; a nil function stands for one that
// always returns nil.
type Refusals struct {
	Outbound func(*ir.Outbound) error
	Inbound  func(*ir.Inbound) error
}

// NewCluster makes a Cluster.
func NewCluster(p *ir.Program, refused Refusals) *Cluster {
	c := &Cluster{
		Program: p, refused: refused, byAddress: map[netip.Addr]*ir.Target{}, prepare: newPreparer(),
		prepared: map[preparedKey]*prepared{}, servers: map[serverKey]*Server{},
	}
	for i := range p.Targets {
		t := &p.Targets[i]
		for _, ip := range t.Addresses {
			if c.byAddress[ip] == nil && len(t.Ports) > 0 {
				c.byAddress[ip] = t
			}
		}
	}
	return c
}

// An Answer is what comes of a client's call or connection. Why other rules lost is for
// [Answer.Explain] to find out. Where nobody governs, the connection fails: Governs.Reason
// says why, and there is neither a Verdict nor a Chosen.
type Answer struct {
	Lookup  Lookup
	Target  ir.Ref // the Service or EgressNetwork; zero: none
	Port    uint16
	Governs ir.Governs // which table decides, and why
	Side    ir.Side    // the one that decides about this traffic
	Version Version    // 0: no HTTP is read
	Request *Request   // as the router sees it; nil: no HTTP is read

	Table   *Table          // by policy
	Verdict *Verdict        // by policy, and where the connection is not served at all
	Profile *Profile        // by profile
	Chosen  *ProfileVerdict // by profile
}

// Explain adds why the rules lost that did not get the request.
func (a *Answer) Explain() {
	switch {
	case a.Request == nil:
	case a.Chosen != nil:
		chosen := a.Profile.Explain(a.Request)
		a.Chosen = &chosen
	case a.Table != nil:
		a.Verdict.Losers = a.Table.losers(a.Version, a.Request)
	}
}

// Call answers for a call from a client in a namespace.
func (c *Cluster) Call(from string, call Call) (Answer, error) {
	d, err := call.Destination()
	if err != nil {
		return Answer{}, err
	}
	return c.CallTo(from, d, call)
}

// CallTo answers for a call that connects to another place than its URL says.
func (c *Cluster) CallTo(from string, d Destination, call Call) (Answer, error) {
	if call.Encrypted() {
		u, err := call.parse()
		if err != nil {
			return Answer{}, err
		}
		return c.TLS(from, d, strings.Trim(hostOf(u.Authority), "[]"))
	}
	f, err := c.locate(d, from)
	if err != nil {
		return Answer{}, err
	}
	r, err := call.Request(f.addr)
	if err != nil {
		return Answer{}, err
	}
	p, a := c.find(f, from)
	a.request(p, call.version(), r)
	return a, nil
}

// TLS answers for a TLS connection that asks for a server name.
func (c *Cluster) TLS(from string, d Destination, serverName string) (Answer, error) {
	f, err := c.locate(d, from)
	if err != nil {
		return Answer{}, err
	}
	p, a := c.find(f, from)
	if a.Governs.Wire == ir.TLS {
		a.Side = a.Governs.TLS
		a.byPolicy(p, func() Verdict { return p.table.TLS(serverName) })
		return a, nil
	}
	a.bytes(p)
	return a, nil
}

// Connect answers for a connection that carries neither HTTP nor TLS.
func (c *Cluster) Connect(from string, d Destination) (Answer, error) {
	f, err := c.locate(d, from)
	if err != nil {
		return Answer{}, err
	}
	p, a := c.find(f, from)
	a.bytes(p)
	return a, nil
}

// request fills in what comes of an HTTP request.
func (a *Answer) request(p *prepared, v Version, r *Request) {
	switch wire := a.Governs.Wire; {
	case wire == ir.Opaque:
		a.bytes(p)
		return
	case wire == ir.TLS:
		a.notServed(p)
		return
	case wire == ir.HTTP1 && v != HTTP1, wire == ir.HTTP2 && v != HTTP2:
		a.notServed(p)
		return
	}
	a.Side, a.Version, a.Request = a.Governs.HTTP, v, r
	if a.Side == ir.ByProfile {
		chosen := p.profile.Decide(r)
		a.Profile, a.Chosen = p.profile, &chosen
		return
	}
	a.byPolicy(p, func() Verdict { return p.table.Decide(v, r) })
}

// bytes fills in what comes of a connection that is not read.
func (a *Answer) bytes(p *prepared) {
	switch a.Governs.Wire {
	case ir.Detect, ir.Opaque:
	default:
		a.notServed(p)
		return
	}
	a.Side = a.Governs.Opaque
	if a.Side == ir.ByProfile {
		a.Profile, a.Chosen = p.profile, &ProfileVerdict{Route: -1, Targets: p.profile.targets, Crash: p.profile.shed}
		return
	}
	a.byPolicy(p, p.table.Opaque)
}

func (a *Answer) byPolicy(p *prepared, verdict func() Verdict) {
	if a.Side == ir.ByPolicy {
		v := verdict()
		a.Table, a.Verdict = p.table, &v
	}
}

// notServed is for a connection that the proxy reads as something which it is not.
func (a *Answer) notServed(p *prepared) {
	a.Side, a.Table = ir.ByPolicy, p.table
	if a.Governs.Reason == ir.InEffect {
		a.Side, a.Table = ir.ByProfile, nil
	}
	a.Verdict = &Verdict{Reply: ended(NotServed, ""), Losers: p.table.notAsked()}
}
