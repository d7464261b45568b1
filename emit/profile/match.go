package profile

import (
	"github.com/linkerd/linkerd2-proxy-api/go/destination"

	"routec.dev/routec/emit/wire"
	"routec.dev/routec/ir"
)

func requestMatch(m ir.RequestMatch) *destination.RequestMatch {
	switch m.Kind {
	case ir.OnPath:
		return &destination.RequestMatch{Match: &destination.RequestMatch_Path{Path: &destination.PathMatch{Regex: m.Text}}}
	case ir.OnMethod:
		return &destination.RequestMatch{Match: &destination.RequestMatch_Method{Method: wire.Method(m.Text)}}
	case ir.NotOf:
		return &destination.RequestMatch{Match: &destination.RequestMatch_Not{Not: requestMatch(m.Parts[0])}}
	}
	seq := &destination.RequestMatch_Seq{}
	for _, part := range m.Parts {
		seq.Matches = append(seq.Matches, requestMatch(part))
	}
	if m.Kind == ir.AnyOf {
		return &destination.RequestMatch{Match: &destination.RequestMatch_Any{Any: seq}}
	}
	return &destination.RequestMatch{Match: &destination.RequestMatch_All{All: seq}}
}

func responseMatch(m ir.ResponseMatch) *destination.ResponseMatch {
	switch m.Kind {
	case ir.OnStatus:
		status := &destination.HttpStatusRange{Min: m.Min, Max: m.Max}
		return &destination.ResponseMatch{Match: &destination.ResponseMatch_Status{Status: status}}
	case ir.NotOf:
		return &destination.ResponseMatch{Match: &destination.ResponseMatch_Not{Not: responseMatch(m.Parts[0])}}
	}
	seq := &destination.ResponseMatch_Seq{}
	for _, part := range m.Parts {
		seq.Matches = append(seq.Matches, responseMatch(part))
	}
	if m.Kind == ir.AnyOf {
		return &destination.ResponseMatch{Match: &destination.ResponseMatch_Any{Any: seq}}
	}
	return &destination.ResponseMatch{Match: &destination.ResponseMatch_All{All: seq}}
}
