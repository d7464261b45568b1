package syntax

import "strings"

// DNSName says whether s is a DNS name to the proxy: labels of 1 to 63 letters,
// digits, '-' and '_', none beginning or ending with '-', the last not all
// digits, at most 253 bytes with the one trailing dot that is allowed
// (spec/matching.md §1.9, spec/profiles.md §3.9).
func DNSName(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	for _, label := range labels {
		if !dnsLabel(label) {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}

func dnsLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !alphanumeric(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// NameAddr says whether s is a DNS name and a port, as a balancer's path and a
// profile's override have to be.
func NameAddr(s string) bool {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return false
	}
	_, ok := Uint16(s[i+1:])
	return ok && DNSName(s[:i])
}
