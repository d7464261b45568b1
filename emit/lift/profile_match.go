package lift

import (
	"github.com/linkerd/linkerd2-proxy-api/go/destination"

	"routec.dev/routec/ir"
)

func requestMatch(m *destination.RequestMatch) (out ir.RequestMatch, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch k := m.Match.(type) {
	case *destination.RequestMatch_All:
		return requestSeq(ir.AllOf, k.All)
	case *destination.RequestMatch_Any:
		return requestSeq(ir.AnyOf, k.Any)
	case *destination.RequestMatch_Not:
		part, err := requestMatch(k.Not)
		return ir.RequestMatch{Kind: ir.NotOf, Parts: []ir.RequestMatch{part}}, at(err, "not")
	case *destination.RequestMatch_Path:
		return ir.RequestMatch{Kind: ir.OnPath, Text: k.Path.GetRegex()}, at(present(k.Path), "path")
	case *destination.RequestMatch_Method:
		text, err := method(k.Method)
		return ir.RequestMatch{Kind: ir.OnMethod, Text: text}, at(err, "method")
	}
	return out, errNoKind
}

func requestSeq(kind ir.ConditionKind, m *destination.RequestMatch_Seq) (ir.RequestMatch, error) {
	if err := present(m); err != nil {
		return ir.RequestMatch{}, err
	}
	parts, err := each(m.Matches, requestMatch, "matches")
	return ir.RequestMatch{Kind: kind, Parts: parts}, err
}

func responseMatch(m *destination.ResponseMatch) (out ir.ResponseMatch, err error) {
	if err := present(m); err != nil {
		return out, err
	}
	switch k := m.Match.(type) {
	case *destination.ResponseMatch_All:
		return responseSeq(ir.AllOf, k.All)
	case *destination.ResponseMatch_Any:
		return responseSeq(ir.AnyOf, k.Any)
	case *destination.ResponseMatch_Not:
		part, err := responseMatch(k.Not)
		return ir.ResponseMatch{Kind: ir.NotOf, Parts: []ir.ResponseMatch{part}}, at(err, "not")
	case *destination.ResponseMatch_Status:
		return ir.ResponseMatch{Kind: ir.OnStatus, Min: k.Status.GetMin(), Max: k.Status.GetMax()}, at(present(k.Status), "status")
	}
	return out, errNoKind
}

func responseSeq(kind ir.ConditionKind, m *destination.ResponseMatch_Seq) (ir.ResponseMatch, error) {
	if err := present(m); err != nil {
		return ir.ResponseMatch{}, err
	}
	parts, err := each(m.Matches, responseMatch, "matches")
	return ir.ResponseMatch{Kind: kind, Parts: parts}, err
}
