package eval

import (
	"strings"
	"testing"

	"routec.dev/routec/ir"
)

// routesOf reads the notation of spec/matching.md §11: routes apart by "; ", each with
// hosts in braces and rules in brackets, as in "{web, *.com}[P /foo +GET | any +h(x=1)]".
func routesOf(t testing.TB, text string) []ir.Route {
	t.Helper()
	var out []ir.Route
	for route := range strings.SplitSeq(text, "; ") {
		var r ir.Route
		if hosts, rest, ok := strings.Cut(route, "}["); ok {
			for host := range strings.SplitSeq(strings.Trim(hosts, "{"), ", ") {
				if host != "" {
					r.Hosts = append(r.Hosts, hostOfText(host))
				}
			}
			route = "[" + rest
		}
		route = strings.TrimSuffix(strings.TrimPrefix(route, "["), "]")
		for rule := range strings.SplitSeq(route, " | ") {
			if rule != "" {
				r.Rules = append(r.Rules, ir.Rule{Matches: matchesOf(t, rule)})
			}
		}
		out = append(out, r)
	}
	return out
}

func hostOfText(text string) ir.Host {
	if exact, ok := strings.CutPrefix(text, "="); ok {
		return ir.Host{Name: exact}
	}
	name, suffix := strings.CutPrefix(text, "*.")
	return ir.Host{Suffix: suffix, Name: name}
}

func matchesOf(t testing.TB, rule string) []ir.Match {
	t.Helper()
	var out []ir.Match
	if rule == "-" {
		return nil
	}
	for text := range strings.SplitSeq(rule, ", ") {
		out = append(out, matchOf(t, text))
	}
	return out
}

func matchOf(t testing.TB, text string) ir.Match {
	t.Helper()
	parts := strings.Split(text, " +")
	var m ir.Match
	kind, value, _ := strings.Cut(parts[0], " ")
	switch kind {
	case "any":
	case "P":
		m.Path = ir.PathMatch{Kind: ir.PathPrefix, Value: value}
	case "E":
		m.Path = ir.PathMatch{Kind: ir.PathExact, Value: value}
	case "X":
		m.Path = ir.PathMatch{Kind: ir.PathRegex, Value: value}
	case "rpc":
		service, method, _ := strings.Cut(value, "/")
		m.RPC = ir.RPCMatch{Present: true, Service: strings.Trim(service, "*"), Method: strings.Trim(method, "*")}
	default:
		t.Fatalf("match %q", text)
	}
	for _, part := range parts[1:] {
		inner, isHeader := strings.CutPrefix(part, "h(")
		query, isQuery := strings.CutPrefix(part, "q(")
		switch {
		case isHeader:
			m.Headers = append(m.Headers, valueOf(inner))
		case isQuery:
			m.Query = append(m.Query, valueOf(query))
		default:
			m.Method = part
		}
	}
	return m
}

func valueOf(text string) ir.ValueMatch {
	text = strings.TrimSuffix(text, ")")
	i := strings.IndexAny(text, "=~")
	return ir.ValueMatch{Name: text[:i], Regex: text[i] == '~', Value: text[i+1:]}
}

// requestOf reads "METHOD URI name: value; name: value"; a path alone is asked by GET of
// host a.
func requestOf(t testing.TB, text string) *Request {
	t.Helper()
	line, rest, _ := strings.Cut(text, " -- ")
	method, uri, ok := strings.Cut(line, " ")
	if !ok {
		method, uri = "GET", line
	}
	if strings.HasPrefix(uri, "/") { // "!/" has no authority
		uri = "http://a" + uri
	}
	var headers []ir.Header
	for h := range strings.SplitSeq(rest, "; ") {
		if name, value, ok := strings.Cut(h, ":"); ok {
			headers = append(headers, ir.Header{Name: name, Value: strings.TrimPrefix(value, " ")})
		}
	}
	r, err := NewRequest(method, strings.TrimPrefix(uri, "!"), headers)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r
}

func tableOf(t testing.TB, protocol ir.Protocol, routes string) *Table {
	t.Helper()
	table, err := Prepare(ir.Outbound{Protocol: protocol, Routes: routesOf(t, routes)})
	if err != nil {
		t.Fatalf("%s: %v", routes, err)
	}
	return table
}
