package cover

import (
	"net/netip"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// outbound looks for a client's request to one place where a part stands.
func (s *search) outbound(w *way) {
	to, ok := destination(w)
	if !ok {
		return
	}
	for _, from := range clients(w) {
		switch {
		case s.full():
			return
		case w.opaque || w.outbound.Protocol == ir.Opaque:
			s.ask(Question{From: from, To: &to, Connection: true})
		case w.outbound.Protocol == ir.TLS:
			for _, name := range append(hostsOf(w.in), "any.example") {
				s.ask(Question{From: from, To: &to, Connection: true, ServerName: name})
			}
		default:
			s.requests(w, from, to)
		}
	}
}

// clients are namespaces whose clients may be told the table.
func clients(w *way) []string {
	client := w.outbound.Client
	if client != "" {
		return []string{client}
	}
	return []string{w.target.Ref.Namespace, "default", "elsewhere"}
}

// destination is where a client connects to, to be told the table.
func destination(w *way) (eval.Destination, bool) {
	port := w.outbound.Meta.Port
	if w.target.Ref.Kind == "Service" {
		return eval.Destination{Host: w.target.Ref.Name + "." + w.target.Ref.Namespace, Port: port}, port != 0
	}
	for _, likely := range [...]uint16{80, 443, 8080} {
		if port == 0 && w.target.Opaque.Has(likely) == w.outbound.OfOpaquePorts {
			port = likely
		}
	}
	if port == 0 && len(w.target.Opaque) > 0 {
		port = max(w.target.Opaque[0].First, 1)
	}
	ip, ok := within(w.target.Blocks)
	return eval.Destination{Host: ip.String(), Port: port}, ok && port != 0
}

// within returns an address that one of the blocks holds: one that is meant for examples, if
// it can be.
func within(blocks []ir.Block) (netip.Addr, bool) {
	for _, b := range blocks {
		tries := []netip.Addr{netip.AddrFrom4([4]byte{203, 0, 113, 1}), netip.MustParseAddr("2001:db8::1")}
		ip := b.Net.Masked().Addr()
		for range 8 {
			tries, ip = append(tries, ip), ip.Next()
		}
		for _, e := range b.Except {
			tries = append(tries, last(e).Next())
		}
		for _, ip := range tries {
			if ip.IsValid() && b.Holds(ip) {
				return ip, true
			}
		}
	}
	return netip.Addr{}, false
}

// last returns the last address of a network.
func last(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < 8*len(bytes); i++ {
		bytes[i/8] |= 0x80 >> (i % 8)
	}
	ip, _ := netip.AddrFromSlice(bytes)
	return ip
}

// hostsOf returns a name for each host condition of a route.
func hostsOf(r *ir.Route) []string {
	var out []string
	for _, h := range r.Hosts {
		if h.Suffix {
			out = append(out, "any."+h.Name)
		} else {
			out = append(out, h.Name)
		}
	}
	return out
}

// requests tries each match of the rule, at each host.
func (s *search) requests(w *way, from string, to eval.Destination) {
	hosts := hostsOf(w.in)
	if len(hosts) == 0 {
		hosts = []string{"", "other.example"}
	}
	for _, host := range hosts {
		for k, m := range matches(w) {
			if s.full() {
				return
			}
			if w.match < 0 || w.match == k {
				s.bent(newCandidate(m, w.outbound.Protocol == ir.GRPC), w, from, to, host)
			}
		}
	}
}

// matches returns those of the rule; a rule without any matches everything.
func matches(w *way) []ir.Match {
	if m := w.in.Rules[w.rule].Matches; len(m) > 0 {
		return m
	}
	return []ir.Match{{}}
}

// mostBends bounds how often a candidate is bent away from others.
const mostBends = 12

// bent asks about a candidate, and bends it away from whoever gets it.
func (s *search) bent(c *candidate, w *way, from string, to eval.Destination, host string) {
	version := eval.Version(0)
	if w.outbound.Protocol == ir.HTTP2 {
		version = eval.HTTP2
	}
	for range mostBends {
		if c == nil || s.full() {
			return
		}
		q := Question{From: from}
		authority := to.Host + ":" + strconv.Itoa(int(to.Port))
		if strings.Contains(to.Host, ":") {
			authority = "[" + to.Host + "]:" + strconv.Itoa(int(to.Port))
		}
		if host != "" {
			q.To, authority = &to, host
		}
		q.Call = c.call(authority, version)
		a, ok := s.ask(q)
		if s.done || !ok || a.Verdict == nil || !a.Verdict.Found || a.Verdict.Winner.Match < 0 {
			return
		}
		won := winner(&a).Rules[a.Verdict.Winner.Rule].Matches[a.Verdict.Winner.Match]
		if !c.avoid(won) {
			return
		}
	}
}

// profiled looks for a request that reaches a route or an override of a ServiceProfile.
func (s *search) profiled(w *way) {
	if w.target.Ref.Kind != "Service" || w.profile.Port == 0 {
		return
	}
	host := w.target.Ref.Name + "." + w.target.Ref.Namespace
	to := eval.Destination{Host: host, Port: w.profile.Port}
	calls := []eval.Call{{Method: "GET", URL: "/"}}
	if w.rule >= 0 {
		calls = complete(satisfying(&w.profile.Routes[w.rule].Condition, 8))
	}
	froms := []string{w.profile.Client}
	if w.profile.Client == "" {
		froms = []string{w.target.Ref.Namespace, "default", "elsewhere"}
	}
	for _, from := range froms {
		for _, c := range calls {
			if s.full() {
				return
			}
			c.URL = "http://" + host + ":" + strconv.Itoa(int(to.Port)) + c.URL
			s.ask(Question{From: from, Call: c})
		}
		if w.rule < 0 && !s.full() {
			s.ask(Question{From: from, To: &to, Connection: true})
		}
	}
}

// satisfying returns calls that may meet a condition. A negation is left to chance.
func satisfying(m *ir.RequestMatch, depth int) []eval.Call {
	plain := eval.Call{Method: "GET", URL: "/"}
	if depth == 0 {
		return []eval.Call{plain}
	}
	switch m.Kind {
	case ir.OnMethod:
		return []eval.Call{{Method: m.Text, URL: ""}}
	case ir.OnPath:
		if v, ok := member(m.Text, plainPath, anyPath); ok {
			return []eval.Call{{URL: v.text}}
		}
		return nil
	case ir.AnyOf:
		var out []eval.Call
		for i := range m.Parts {
			out = append(out, complete(satisfying(&m.Parts[i], depth-1))...)
		}
		return out
	case ir.AllOf:
		c := eval.Call{}
		for i := range m.Parts {
			if part := satisfying(&m.Parts[i], depth-1); len(part) > 0 {
				c.Method, c.URL = first(c.Method, part[0].Method), first(c.URL, part[0].URL)
			}
		}
		return complete([]eval.Call{c})
	}
	return []eval.Call{{Method: "OPTIONS", URL: "/" + unlikely}, plain}
}

// unlikely is a path that hardly any condition asks for.
const unlikely = "anything/else"

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// complete fills in what a condition leaves open.
func complete(calls []eval.Call) []eval.Call {
	for i := range calls {
		calls[i].Method, calls[i].URL = first(calls[i].Method, "GET"), first(calls[i].URL, "/"+unlikely)
	}
	return calls
}
