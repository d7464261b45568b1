package wire

import (
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"

	"routec.dev/routec/ir"
)

// Filters converts every filter of a list to the message that a kind of route has for it.
func Filters[O any](list []ir.Filter, convert func(ir.Filter) O) []O {
	return List(list, func(f *ir.Filter) O { return convert(*f) })
}

// RequestHeaders converts a change of request headers.
func RequestHeaders(f ir.ModifyHeaders) *http_route.RequestHeaderModifier {
	return &http_route.RequestHeaderModifier{Add: Headers(f.Add), Set: Headers(f.Set), Remove: f.Remove}
}

// ResponseHeaders converts a change of response headers.
func ResponseHeaders(f ir.ModifyHeaders) *http_route.ResponseHeaderModifier {
	return &http_route.ResponseHeaderModifier{Add: Headers(f.Add), Set: Headers(f.Set), Remove: f.Remove}
}

// Redirect converts a redirect.
func Redirect(f ir.Redirect) *http_route.RequestRedirect {
	out := &http_route.RequestRedirect{Scheme: Scheme(f.Scheme), Host: f.Host, Port: f.Port, Status: f.Status}
	switch f.Path.Kind {
	case ir.ReplaceFull:
		out.Path = &http_route.PathModifier{Replace: &http_route.PathModifier_Full{Full: f.Path.Value}}
	case ir.ReplacePrefix:
		out.Path = &http_route.PathModifier{Replace: &http_route.PathModifier_Prefix{Prefix: f.Path.Value}}
	}
	return out
}
