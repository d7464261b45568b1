package crd

import (
	"slices"

	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// A filterKind is a type of filter and the field that holds its body.
type filterKind struct {
	name, body string
	once       bool // may be in a list only once
}

var (
	grpcFilterKinds = []filterKind{
		{"RequestHeaderModifier", "requestHeaderModifier", true},
		{"ResponseHeaderModifier", "responseHeaderModifier", true},
		{"RequestMirror", "requestMirror", false},
		{"ExtensionRef", "extensionRef", false},
	}
	httpFilterKinds = append(slices.Clone(grpcFilterKinds),
		filterKind{"RequestRedirect", "requestRedirect", true},
		filterKind{"URLRewrite", "urlRewrite", true},
		filterKind{"CORS", "cors", true},
		filterKind{"ExternalAuth", "externalAuth", false},
	)
)

// filters reviews the filters of a rule or of a backend; onBackend tells which.
func (r *reviewer) filters(o object, kinds []filterKind, onBackend bool) {
	r.list(o, "filters", func(filters []any) {
		for _, k := range kinds {
			if of := indexes(filters, k.name); k.once && len(of) > 1 && (k.name != "CORS" || r.bundle.Minor >= 5) {
				r.refuseAt(tree.Index("", of[1]), diag.FilterRepeated, k.name+" filter cannot be repeated")
			}
		}
		redirects, rewrites := indexes(filters, "RequestRedirect"), indexes(filters, "URLRewrite")
		if len(redirects) > 0 && len(rewrites) > 0 {
			second := tree.Index("", max(redirects[0], rewrites[0]))
			r.refuseAt(second, diag.FilterRepeated, "a rule may redirect or rewrite, but not both")
			if onBackend && r.bundle.Minor <= 3 { // bundles up to 1.3 have this rule twice
				r.refuseAt(second, diag.FilterRepeated, "a backend may redirect or rewrite, but not both")
			}
		}
	})
	r.each(o, "filters", func(f object) { r.filter(f, kinds) })
}

// indexes returns where the filters of a type stand.
func indexes(filters []any, name string) (at []int) {
	for i := range filters {
		if tree.Text(tree.Item(filters, i), "type") == name {
			at = append(at, i)
		}
	}
	return at
}

// filter reviews GRPC-11 and the rules of each body.
func (r *reviewer) filter(f object, kinds []filterKind) {
	name := tree.Text(f, "type")
	for _, k := range kinds {
		switch there := tree.Has(f, k.body); {
		case there && name != k.name:
			r.refuseAt(k.body, diag.FilterBodyMismatch, "filter."+k.body+" must be nil if the filter.type is not "+k.name)
		case !there && name == k.name:
			r.refuseAt("type", diag.FilterBodyMismatch, "filter."+k.body+" must be specified for "+k.name+" filter.type")
		}
	}
	r.into(f, "requestMirror", r.mirror)
	r.into(f, "requestRedirect", r.replacement)
	r.into(f, "urlRewrite", r.replacement)
	r.into(f, "cors", r.cors)
	r.into(f, "externalAuth", r.externalAuth)
}

// mirror reviews GRPC-14.
func (r *reviewer) mirror(mirror object) {
	r.into(mirror, "backendRef", func(ref object) { r.servicePort(ref, diag.MirrorRefused) })
	if tree.Has(mirror, "percent") && tree.Has(mirror, "fraction") {
		r.refuseAt("fraction", diag.MirrorRefused, "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter")
	}
	r.into(mirror, "fraction", func(f object) {
		if tree.Int(f, "numerator") > tree.Int(f, "denominator") {
			r.refuseAt("numerator", diag.MirrorRefused, "numerator must be less than or equal to denominator")
		}
	})
}

// A union is a value of a type field and the field that goes with it, and no other.
type union struct{ name, body string }

// matched reviews that a union's body is there exactly when its type says so.
func (r *reviewer) matched(o object, field string, code diag.Code, unions ...union) {
	for _, u := range unions {
		is, has := tree.Text(o, field) == u.name, tree.Has(o, u.body)
		if is && !has {
			r.refuseAt(field, code, u.body+" must be specified when "+field+" is set to '"+u.name+"'")
		}
		if has && !is {
			r.refuseAt(u.body, code, field+" must be '"+u.name+"' when "+u.body+" is set")
		}
	}
}

// replacement reviews HTTP-08, of a redirect or a rewrite.
func (r *reviewer) replacement(body object) {
	r.into(body, "path", func(path object) {
		r.matched(path, "type", diag.ReplacePathMismatch,
			union{"ReplaceFullPath", "replaceFullPath"}, union{"ReplacePrefixMatch", "replacePrefixMatch"})
	})
}

// cors reviews HTTP-20: a wildcard stands alone. The lists got this rule one by one.
func (r *reviewer) cors(cors object) {
	for _, l := range []struct {
		field, words string
		since        int
	}{
		{"allowMethods", "AllowMethods cannot contain '*' alongside other methods", 3},
		{"allowOrigins", "AllowOrigins cannot contain '*' alongside other origins", 4},
		{"allowHeaders", "AllowHeaders cannot contain '*' alongside other methods", 5},
	} {
		r.list(cors, l.field, func(values []any) {
			if r.bundle.Minor >= l.since && len(values) > 1 && slices.Contains(values, any("*")) {
				r.refuse(diag.CORSRefused, l.words)
			}
		})
	}
}

// externalAuth reviews the rules of an external authorizer.
func (r *reviewer) externalAuth(auth object) {
	r.into(auth, "backendRef", func(ref object) { r.servicePort(ref, diag.ExternalAuthRefused) })
	r.matched(auth, "protocol", diag.ExternalAuthRefused, union{"GRPC", "grpc"}, union{"HTTP", "http"})
}
