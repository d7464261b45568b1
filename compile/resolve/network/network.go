// Package network reads CIDR blocks as Linkerd's policy controller does (Rust's ipnet,
// spec/outbound.md §1.2): an address, or address/prefix in which IPv4 octets and the
// prefix length may have leading zeros.
package network

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Parse returns the block as written, host bits kept; a bare address is a prefix of full
// length. Zones and netmasks are refused.
func Parse(s string) (netip.Prefix, error) {
	addr, length, isPrefix := strings.Cut(s, "/")
	if !isPrefix {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is not an IP address or CIDR block", s)
		}
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	if strings.Count(addr, ".") == 3 && !strings.Contains(addr, ":") {
		addr = withoutZeros(addr)
	}
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%q has no IP address before the slash", s)
	}
	digits := 2
	if a.Is6() {
		digits = 3
	}
	bits, err := strconv.ParseUint(length, 10, 8)
	if err != nil || len(length) > digits || int(bits) > a.BitLen() {
		return netip.Prefix{}, fmt.Errorf("%q has no prefix length from 0 to %d", s, a.BitLen())
	}
	return netip.PrefixFrom(a, int(bits)), nil
}

// withoutZeros drops the leading zeros of octets of at most three digits.
func withoutZeros(addr string) string {
	octets := strings.Split(addr, ".")
	for i, o := range octets {
		if len(o) <= 3 {
			octets[i] = strings.TrimLeft(o[:max(len(o)-1, 0)], "0") + o[max(len(o)-1, 0):]
		}
	}
	return strings.Join(octets, ".")
}

// Contains reports whether every address of b lies in a.
func Contains(a, b netip.Prefix) bool {
	return a.Addr().BitLen() == b.Addr().BitLen() && a.Bits() <= b.Bits() && a.Masked().Contains(b.Masked().Addr())
}
