package lift

import (
	"errors"

	"github.com/linkerd/linkerd2-proxy-api/go/grpc_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/http_types"
	"github.com/linkerd/linkerd2-proxy-api/go/opaque_route"

	"routec.dev/routec/ir"
)

// errNoKind says that a oneof that must be set is not.
var errNoKind = errors.New("no kind is set")

// modifier is what a modifier of request headers and one of response headers share.
type modifier interface {
	message
	GetAdd() *http_types.Headers
	GetSet() *http_types.Headers
	GetRemove() []string
}

func modifyHeaders(m modifier, response bool) (ir.Filter, error) {
	if err := present(m); err != nil {
		return nil, err
	}
	add, err := headers(m.GetAdd())
	if err != nil {
		return nil, at(err, "add")
	}
	set, err := headers(m.GetSet())
	if err != nil {
		return nil, at(err, "set")
	}
	return ir.ModifyHeaders{Response: response, Add: add, Set: set, Remove: m.GetRemove()}, nil
}

func redirect(m *http_route.RequestRedirect) (ir.Filter, error) {
	if err := present(m); err != nil {
		return nil, err
	}
	s, err := scheme(m.Scheme)
	if err != nil {
		return nil, at(err, "scheme")
	}
	p, err := rewrite(m.Path)
	return ir.Redirect{Scheme: s, Host: m.Host, Path: p, Port: m.Port, Status: m.Status}, at(err, "path")
}

func rewrite(m *http_route.PathModifier) (ir.PathRewrite, error) {
	if m == nil {
		return ir.PathRewrite{}, nil
	}
	if err := known(m); err != nil {
		return ir.PathRewrite{}, err
	}
	switch r := m.Replace.(type) {
	case *http_route.PathModifier_Full:
		return ir.PathRewrite{Kind: ir.ReplaceFull, Value: r.Full}, nil
	case *http_route.PathModifier_Prefix:
		return ir.PathRewrite{Kind: ir.ReplacePrefix, Value: r.Prefix}, nil
	}
	return ir.PathRewrite{}, errNoKind
}

func failHTTP(m *http_route.HttpFailureInjector) (ir.Filter, error) {
	if err := errors.Join(present(m), unexpected("ratio", m.GetRatio() != nil)); err != nil {
		return nil, err
	}
	return ir.FailHTTP{Status: m.Status, Message: m.Message}, nil
}

func failGRPC(m *grpc_route.GrpcFailureInjector) (ir.Filter, error) {
	if err := errors.Join(present(m), unexpected("ratio", m.GetRatio() != nil)); err != nil {
		return nil, err
	}
	return ir.FailGRPC{Code: m.Code, Message: m.Message}, nil
}

func invalid(m *opaque_route.Invalid) (ir.Filter, error) {
	return ir.Invalid{Message: m.GetMessage()}, present(m)
}

func forbidden(m *opaque_route.Forbidden) (ir.Filter, error) {
	return ir.Forbidden{}, present(m)
}
