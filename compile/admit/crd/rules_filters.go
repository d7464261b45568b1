package crd

import (
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
	httpFilterKinds = []filterKind{
		{"RequestHeaderModifier", "requestHeaderModifier", true},
		{"ResponseHeaderModifier", "responseHeaderModifier", true},
		{"RequestMirror", "requestMirror", false},
		{"RequestRedirect", "requestRedirect", true},
		{"URLRewrite", "urlRewrite", true},
		{"ExtensionRef", "extensionRef", false},
		{"CORS", "cors", true},
		{"ExternalAuth", "externalAuth", false},
	}
)

// filters reviews a list of filters of a rule or of a backend.
func (r *reviewer) filters(filters []any, p *path, kinds []filterKind) {
	if len(filters) == 0 {
		return
	}
	for _, k := range kinds {
		if k.once && count(filters, k.name) > 1 {
			r.refuse(diag.FilterRepeated, p.String(), k.name+" filter cannot be repeated")
		}
	}
	if count(filters, "RequestRedirect") > 0 && count(filters, "URLRewrite") > 0 {
		r.refuse(diag.FilterRepeated, p.String(), "a rule may redirect or rewrite, but not both")
	}
	for i := range filters {
		here := p.item(i)
		r.filter(tree.Item(filters, i), &here, kinds)
	}
}

func count(filters []any, name string) int {
	n := 0
	for i := range filters {
		if tree.Text(tree.Item(filters, i), "type") == name {
			n++
		}
	}
	return n
}

// filter reviews GRPC-11 and the rules of each body.
func (r *reviewer) filter(f object, p *path, kinds []filterKind) {
	name := tree.Text(f, "type")
	for _, k := range kinds {
		switch there := tree.Has(f, k.body); {
		case there && name != k.name:
			r.refuse(diag.FilterBodyMismatch, p.String(), "filter."+k.body+" must be nil if the filter.type is not "+k.name)
		case !there && name == k.name:
			r.refuse(diag.FilterBodyMismatch, p.String(), "filter."+k.body+" must be specified for "+k.name+" filter.type")
		}
	}
	r.mirrorBody(f, p)
	for _, body := range []string{"requestRedirect", "urlRewrite"} {
		if replacement, ok := tree.Child(f, body)["path"].(object); ok {
			above := p.sub(body)
			here := above.sub("path")
			r.replacement(replacement, &here)
		}
	}
	r.corsBody(f, p)
	r.authBody(f, p)
}

// mirrorBody reviews GRPC-14.
func (r *reviewer) mirrorBody(f object, p *path) {
	mirror, ok := f["requestMirror"].(object)
	if !ok {
		return
	}
	here := p.sub("requestMirror")
	ref := here.sub("backendRef")
	r.servicePort(tree.Child(mirror, "backendRef"), &ref, diag.MirrorRefused)
	fraction, ok := mirror["fraction"].(object)
	if !ok {
		return
	}
	if tree.Has(mirror, "percent") {
		r.refuse(diag.MirrorRefused, here.String(), "Only one of percent or fraction may be specified in HTTPRequestMirrorFilter")
	}
	if tree.Int(fraction, "numerator") > tree.Int(fraction, "denominator") {
		below := here.sub("fraction")
		r.refuse(diag.MirrorRefused, below.String(), "numerator must be less than or equal to denominator")
	}
}

// replacement reviews HTTP-08.
func (r *reviewer) replacement(o object, p *path) {
	for _, k := range []struct{ name, body string }{
		{"ReplaceFullPath", "replaceFullPath"},
		{"ReplacePrefixMatch", "replacePrefixMatch"},
	} {
		isType := tree.Text(o, "type") == k.name
		if isType && !tree.Has(o, k.body) {
			r.refuse(diag.ReplacePathMismatch, p.String(), k.body+" must be specified when type is set to '"+k.name+"'")
		}
		if !isType && tree.Has(o, k.body) {
			r.refuse(diag.ReplacePathMismatch, p.String(), "type must be '"+k.name+"' when "+k.body+" is set")
		}
	}
}

// corsBody reviews HTTP-20.
func (r *reviewer) corsBody(f object, p *path) {
	cors, ok := f["cors"].(object)
	if !ok {
		return
	}
	here := p.sub("cors")
	for _, l := range []struct {
		field, words string
		since        int
	}{
		{"allowHeaders", "AllowHeaders cannot contain '*' alongside other methods", 5},
		{"allowMethods", "AllowMethods cannot contain '*' alongside other methods", 3},
		{"allowOrigins", "AllowOrigins cannot contain '*' alongside other origins", 4},
	} {
		values := tree.List(cors, l.field)
		if r.bundle.Minor < l.since || len(values) < 2 {
			continue
		}
		for _, v := range values {
			if v == "*" {
				below := here.sub(l.field)
				r.refuse(diag.CORSRefused, below.String(), l.words)
				break
			}
		}
	}
}

// authBody reviews the rules of externalAuth.
func (r *reviewer) authBody(f object, p *path) {
	auth, ok := f["externalAuth"].(object)
	if !ok {
		return
	}
	here := p.sub("externalAuth")
	ref := here.sub("backendRef")
	r.servicePort(tree.Child(auth, "backendRef"), &ref, diag.ExternalAuthRefused)
	for _, k := range []struct{ protocol, body string }{{"GRPC", "grpc"}, {"HTTP", "http"}} {
		isType := tree.Text(auth, "protocol") == k.protocol
		if isType && !tree.Has(auth, k.body) {
			r.refuse(diag.ExternalAuthRefused, here.String(), k.body+" must be specified when protocol is set to '"+k.protocol+"'")
		}
		if !isType && tree.Has(auth, k.body) {
			r.refuse(diag.ExternalAuthRefused, here.String(), "protocol must be '"+k.protocol+"' when "+k.body+" is set")
		}
	}
}
