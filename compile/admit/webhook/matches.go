package webhook

import (
	"strings"

	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// httpMatches reviews the matches of a rule of either HTTPRoute: HTTP-02 and HTTP-03.
func (r *Reviewer) httpMatches(rule object) *denial {
	matches := tree.List(rule, "matches")
	for i := range matches {
		match := tree.Item(matches, i)
		d := first(
			func() *denial { return r.path(tree.Child(match, "path")).under("path") },
			func() *denial { return r.valueMatches(tree.List(match, "headers"), true).under("headers") },
			func() *denial { return r.valueMatches(tree.List(match, "queryParams"), false).under("queryParams") },
		)
		if d != nil {
			return d.under(tree.Index("matches", i))
		}
	}
	return nil
}

func (r *Reviewer) path(path object) *denial {
	if path == nil {
		return nil
	}
	value := tree.Text(path, "value")
	if tree.Text(path, "type") == "RegularExpression" {
		return r.regexp(value).under("value")
	}
	if !strings.HasPrefix(value, "/") {
		return deny(diag.PathRelative, "HttpPathMatch paths must be absolute (begin with `/`); %q is not an absolute path", value).at("value")
	}
	return nil
}

func (r *Reviewer) regexp(pattern string) *denial {
	if err := r.Regexp(pattern); err != nil {
		return deny(diag.RegexRefused, "regex parse error: %v", err)
	}
	return nil
}

// valueMatches reviews header matches and, without the rules on names, query matches.
func (r *Reviewer) valueMatches(list []any, headers bool) *denial {
	for i := range list {
		entry := tree.Item(list, i)
		name, value := tree.Text(entry, "name"), tree.Text(entry, "value")
		if headers && !schema.IsToken(name) {
			return deny(diag.HeaderUnreadable, "invalid HTTP header name").at(tree.Index("", i) + ".name")
		}
		switch {
		case tree.Text(entry, "type") == "RegularExpression":
			if d := r.regexp(value); d != nil {
				return d.at(tree.Index("", i) + ".value")
			}
		case headers && !isHeaderValue(value):
			return deny(diag.HeaderUnreadable, "failed to parse header value").at(tree.Index("", i) + ".value")
		}
	}
	return nil
}

// grpcMatches reviews GRPC-08 and GRPC-09.
func (r *Reviewer) grpcMatches(rule object) *denial {
	matches := tree.List(rule, "matches")
	for i := range matches {
		match := tree.Item(matches, i)
		if d := r.valueMatches(tree.List(match, "headers"), true); d != nil {
			return d.under("headers").under(tree.Index("matches", i))
		}
		if tree.Text(tree.Child(match, "method"), "type") == "RegularExpression" {
			return deny(diag.MethodMatchRegex, "unsupported GRPCRoute method match type: Some(RegularExpression)").at(tree.Index("matches", i) + ".method.type")
		}
	}
	return nil
}

// isHeaderValue takes everything but control characters; a tab is none.
func isHeaderValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// gatewayFilters reviews whatever bodies the filters of a rule have, whatever their type.
func gatewayFilters(rule object, redirects bool) *denial {
	filters := tree.List(rule, "filters")
	for i := range filters {
		f := tree.Item(filters, i)
		for _, name := range []string{"requestHeaderModifier", "responseHeaderModifier"} {
			if d := headerFilter(tree.Child(f, name)); d != nil {
				return d.under(tree.Index("filters", i) + "." + name)
			}
		}
		if body := tree.Child(f, "requestRedirect"); redirects && body != nil {
			if d := redirect(body); d != nil {
				return d.under(tree.Index("filters", i) + ".requestRedirect")
			}
		}
	}
	return nil
}

// headerFilter reviews GW-45 and GW-46.
func headerFilter(f object) *denial {
	for _, field := range []string{"add", "set"} {
		entries := tree.List(f, field)
		for i := range entries {
			entry := tree.Item(entries, i)
			if !schema.IsToken(tree.Text(entry, "name")) {
				return deny(diag.HeaderUnreadable, "invalid HTTP header name").at(tree.Index(field, i) + ".name")
			}
			if !isHeaderValue(tree.Text(entry, "value")) {
				return deny(diag.HeaderUnreadable, "failed to parse header value").at(tree.Index(field, i) + ".value")
			}
		}
	}
	for i, name := range tree.List(f, "remove") {
		if s, _ := name.(string); !schema.IsToken(s) {
			return deny(diag.HeaderUnreadable, "invalid HTTP header name").at(tree.Index("remove", i))
		}
	}
	return nil
}

// redirect reviews HTTP-11; the type of the path is not looked at.
func redirect(body object) *denial {
	path, ok := body["path"].(object)
	if !ok {
		return nil
	}
	for _, field := range []string{"replaceFullPath", "replacePrefixMatch"} {
		if value, ok := path[field].(string); ok {
			if strings.HasPrefix(value, "/") {
				return nil
			}
			return deny(diag.RedirectPathRefused, "RequestRedirect filters may only contain absolute paths (starting with '/'); %q is not an absolute path", value).at("path." + field)
		}
	}
	return deny(diag.RedirectPathRefused, "RequestRedirect filter must contain either replace_full_path or replace_prefix_match").at("path")
}
