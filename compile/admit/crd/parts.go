package crd

import (
	. "routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/diag"
)

// The parts of spec/admission.md §19 that several kinds share, under the names there.

func group() *Schema     { return Text(0, 253).Matching(Group) }
func kind() *Schema      { return Text(1, 63).Matching(Kind) }
func name() *Schema      { return Text(1, 253) }
func namespace() *Schema { return Text(1, 63).Matching(Label) }
func port() *Schema      { return Int(Int32).Between(1, 65535) }
func duration() *Schema  { return Of(String).Matching(GatewayDuration) }

// parents is PARENTS(g).
func parents(defaultGroup string, port *Schema) *Schema {
	return List(32, Fields(
		Defaulted("group", group(), defaultGroup),
		Defaulted("kind", kind(), "Gateway"),
		Required("name", name()),
		Optional("namespace", namespace()),
		Optional("port", port),
		Optional("sectionName", Text(1, 253).Matching(DNS)),
	)).Coded(diag.ParentRefMalformed)
}

// ref is REF.
func ref() []Field {
	return []Field{
		Defaulted("group", group(), ""),
		Defaulted("kind", kind(), "Service"),
		Required("name", name()),
		Optional("namespace", namespace()),
		Optional("port", port()),
	}
}

// backends is a list of BACKEND; filters may be nil.
func backends(filters *Schema) *Schema {
	fields := append(ref(), Defaulted("weight", Int(Int32).Between(0, 1000000), int64(1)))
	if filters != nil {
		fields = append(fields, Optional("filters", filters))
	}
	return List(16, Fields(fields...)).Coded(diag.BackendRefMalformed)
}

// headerFilter is HMOD; set tells whether a name may not be removed twice.
func headerFilter(value *Schema, set bool) *Schema {
	headers := func() *Schema {
		return List(16, Fields(
			Required("name", Text(1, 256).Matching(Token)),
			Required("value", value),
		)).By("name")
	}
	remove := List(16, Of(String))
	if set {
		remove.Set()
	}
	return Fields(
		Optional("set", headers()),
		Optional("add", headers()),
		Optional("remove", remove),
	).Coded(diag.HeaderFilterMalformed)
}

// replacePath is REPL.
func replacePath() *Schema {
	return Fields(
		Required("type", OneOf("ReplaceFullPath", "ReplacePrefixMatch")),
		Optional("replaceFullPath", Text(0, 1024)),
		Optional("replacePrefixMatch", Text(0, 1024)),
	)
}

// redirect is REDIR with the status codes of the kind.
func redirect(codes ...int64) *Schema {
	return Fields(
		Optional("scheme", OneOf("http", "https")),
		Optional("hostname", Text(1, 253).Matching(DNS)),
		Optional("path", replacePath()),
		Optional("port", port()),
		Defaulted("statusCode", OneNumber(codes...), int64(302)),
	).Coded(diag.RedirectMalformed)
}

// extension is EXT.
func extension() *Schema {
	return Fields(
		Required("group", group()),
		Required("kind", kind()),
		Required("name", name()),
	).Coded(diag.FilterBodyMismatch)
}

// hostnames is HOSTS.
func hostnames(max int) *Schema {
	return List(max, Text(1, 253).Matching(Host)).Coded(diag.HostnameMalformed)
}

// valueMatches is HEADERS(n), of headers or query parameters.
func valueMatches(name, value *Schema) *Schema {
	return List(16, Fields(
		Required("name", name),
		Defaulted("type", OneOf("Exact", "RegularExpression"), "Exact"),
		Required("value", value),
	)).By("name").Coded(diag.HeaderMatchMalformed)
}

// methods are the HTTP methods that a match may name.
var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

func anyPath() map[string]any { return map[string]any{"type": "PathPrefix", "value": "/"} }

func anyMatch() []any { return []any{map[string]any{"path": anyPath()}} }

func anyRule() []any { return []any{map[string]any{"matches": anyMatch()}} }

// httpMatches is a list of HMATCH.
func httpMatches(max int, headerValue, queryName *Schema) *Schema {
	return List(max, Fields(
		Defaulted("path", Fields(
			Defaulted("type", OneOf("Exact", "PathPrefix", "RegularExpression"), "PathPrefix"),
			Defaulted("value", Text(0, 1024), "/"),
		), anyPath()),
		Optional("method", OneOf(methods...)),
		Optional("headers", valueMatches(Text(1, 256).Matching(Token), headerValue)),
		Optional("queryParams", valueMatches(queryName, Text(1, 1024))),
	)).Coded(diag.MatchMalformed)
}

// selector is SELECTOR.
func selector() *Schema {
	return Fields(
		Optional("matchLabels", Opaque()),
		Optional("matchExpressions", List(0, Fields(
			Required("key", Of(String)),
			Required("operator", OneOf("In", "NotIn", "Exists", "DoesNotExist")),
			Optional("values", List(0, Of(String))),
		))),
	)
}

// networks is NETS.
func networks() *Schema {
	return List(0, Fields(
		Required("cidr", Of(String)),
		Optional("except", List(0, Of(String))),
	)).Coded(diag.NetworksMalformed)
}

// target is TARGET.
func target() []Field {
	return []Field{
		Optional("group", group()),
		Required("kind", kind()),
		Required("name", name()),
	}
}
