package route

import (
	"fmt"
	"strings"
	"unicode"

	gateway "sigs.k8s.io/gateway-api/apis/v1"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// HTTPFilter converts a filter of a Gateway API HTTPRoute, or of any HTTPRoute's backend.
// Which field is present decides, not the type (spec/outbound.md §6.3).
func HTTPFilter(f gateway.HTTPRouteFilter, at string) (ir.Filter, error) {
	switch {
	case f.RequestHeaderModifier != nil:
		return modifyHeaders(f.RequestHeaderModifier, false, at+".requestHeaderModifier")
	case f.ResponseHeaderModifier != nil:
		return modifyHeaders(f.ResponseHeaderModifier, true, at+".responseHeaderModifier")
	case f.RequestRedirect != nil:
		return redirect(f.RequestRedirect, at+".requestRedirect")
	case f.RequestMirror != nil:
		return nil, &Error{at, "RequestMirror filter is not supported"}
	case f.URLRewrite != nil:
		return nil, &Error{at, "URLRewrite filter is not supported"}
	case f.ExtensionRef != nil:
		return nil, &Error{at, "ExtensionRef filter is not supported"}
	}
	return nil, &Error{at, "unknown filter"}
}

// PolicyFilter converts a rule's filter of a policy.linkerd.io HTTPRoute: there the type
// decides, and a ResponseHeaderModifier turns into one of requests.
func PolicyFilter(f gateway.HTTPRouteFilter, at string) (ir.Filter, error) {
	switch {
	case f.Type == gateway.HTTPRouteFilterRequestHeaderModifier && f.RequestHeaderModifier != nil:
		return modifyHeaders(f.RequestHeaderModifier, false, at+".requestHeaderModifier")
	case f.Type == gateway.HTTPRouteFilterResponseHeaderModifier && f.ResponseHeaderModifier != nil:
		return modifyHeaders(f.ResponseHeaderModifier, false, at+".responseHeaderModifier")
	case f.Type == gateway.HTTPRouteFilterRequestRedirect && f.RequestRedirect != nil:
		return redirect(f.RequestRedirect, at+".requestRedirect")
	}
	return nil, &Error{at, "unknown filter"}
}

// GRPCFilter converts a filter of a GRPCRoute. A ResponseHeaderModifier becomes a filter
// without content.
func GRPCFilter(f gateway.GRPCRouteFilter, at string) (ir.Filter, error) {
	switch {
	case f.RequestHeaderModifier != nil:
		return modifyHeaders(f.RequestHeaderModifier, false, at+".requestHeaderModifier")
	case f.ResponseHeaderModifier != nil:
		if _, err := modifyHeaders(f.ResponseHeaderModifier, true, at+".responseHeaderModifier"); err != nil {
			return nil, err
		}
		return ir.Empty{}, nil
	case f.RequestMirror != nil:
		return nil, &Error{at, "RequestMirror filter is not supported"}
	case f.ExtensionRef != nil:
		return nil, &Error{at, "ExtensionRef filter is not supported"}
	}
	return nil, &Error{at, "unknown filter"}
}

// Filters converts a list of filters with one of the functions above; at is the path of
// what holds the list.
func Filters[F any](list []F, at string, convert func(F, string) (ir.Filter, error)) ([]ir.Filter, error) {
	var out []ir.Filter
	for i, f := range list {
		c, err := convert(f, source.Index(at+".filters", i))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func modifyHeaders(m *gateway.HTTPHeaderFilter, response bool, at string) (ir.Filter, error) {
	add, err := headers(m.Add, at+".add")
	if err != nil {
		return nil, err
	}
	set, err := headers(m.Set, at+".set")
	if err != nil {
		return nil, err
	}
	var remove []string
	for i, name := range m.Remove {
		if !isToken(name) {
			return nil, &Error{source.Index(at+".remove", i), errHeaderName}
		}
		remove = append(remove, strings.ToLower(name))
	}
	return ir.ModifyHeaders{Response: response, Add: add, Set: set, Remove: remove}, nil
}

func headers(list []gateway.HTTPHeader, at string) ([]ir.Header, error) {
	var out []ir.Header
	for i, h := range list {
		if !isToken(string(h.Name)) {
			return nil, &Error{source.Index(at, i) + ".name", errHeaderName}
		}
		if !isHeaderValue(h.Value) {
			return nil, &Error{source.Index(at, i) + ".value", errHeaderValue}
		}
		out = append(out, ir.Header{Name: strings.ToLower(string(h.Name)), Value: h.Value})
	}
	return out, nil
}

// defaultRedirectStatus is what the controller falls back to; the CRD's default is 302.
const defaultRedirectStatus = 200

func redirect(r *gateway.HTTPRequestRedirectFilter, at string) (ir.Filter, error) {
	c := ir.Redirect{Scheme: text(r.Scheme), Status: defaultRedirectStatus}
	if r.Hostname != nil {
		c.Host = string(*r.Hostname)
	}
	var err error
	if c.Path, err = rewrite(r.Path, at+".path"); err != nil {
		return nil, err
	}
	if r.Port != nil {
		if *r.Port < 0 || *r.Port > 65535 {
			return nil, &Error{at + ".port", "out of range integral type conversion attempted"}
		}
		c.Port = uint32(*r.Port)
	}
	if r.StatusCode != nil {
		if *r.StatusCode < 100 || *r.StatusCode > 999 {
			return nil, &Error{at + ".statusCode", "invalid status code"}
		}
		c.Status = uint32(*r.StatusCode)
	}
	return c, nil
}

func rewrite(p *gateway.HTTPPathModifier, at string) (ir.PathRewrite, error) {
	var c ir.PathRewrite
	switch {
	case p == nil:
		return c, nil
	case p.ReplaceFullPath != nil:
		c = ir.PathRewrite{Kind: ir.ReplaceFull, Value: *p.ReplaceFullPath}
		at += ".replaceFullPath"
	case p.ReplacePrefixMatch != nil:
		c = ir.PathRewrite{Kind: ir.ReplacePrefix, Value: *p.ReplacePrefixMatch}
		at += ".replacePrefixMatch"
	default:
		return c, &Error{at, "RequestRedirect filter must contain either replace_full_path or replace_prefix_match"}
	}
	if !strings.HasPrefix(c.Value, "/") {
		return c, &Error{at, "RequestRedirect filters may only contain absolute paths (starting with '/'); " + quote(c.Value) + " is not an absolute path"}
	}
	return c, nil
}

// quote writes s as Rust's debug format does, because the text reaches the table.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == 0:
			b.WriteString(`\0`)
		case unicode.IsPrint(r) && !unicode.In(r, unicode.Mn, unicode.Me, unicode.Other_Grapheme_Extend):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
