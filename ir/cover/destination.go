package cover

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

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

// authority writes a destination as a URL does.
func authority(d eval.Destination) string { return bracketed(d.Host) + ":" + strconv.Itoa(int(d.Port)) }

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// clients are namespaces of which one's clients are told a table or profile of a target, if
// any are: client is empty for what is told to all that have none of their own.
func clients(t *ir.Target, client string) []string {
	if client != "" {
		return []string{client}
	}
	own := t.Ref.Namespace
	var named []string
	for i := range t.Profiles { // where the common one does not govern, one of these may not either
		named = append(named, t.Profiles[i].Client)
	}
	for _, tables := range [][]ir.Outbound{t.Tables, t.Others} {
		for i := range tables {
			named = append(named, tables[i].Client)
		}
	}
	other := "elsewhere"
	for n := 2; slices.Contains(named, other) || other == own; n++ {
		other = "elsewhere" + strconv.Itoa(n)
	}
	out := []string{own, other}
	for _, n := range named {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
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
