package lift

import (
	"errors"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/ir"
)

// timeouts lifts the timeouts of a rule, of which the deprecated field repeats one.
func timeouts(m *http_route.Timeouts, deprecated *durationpb.Duration) (out ir.Timeouts, err error) {
	if !proto.Equal(m.GetRequest(), deprecated) {
		return out, errors.New("requestTimeout and timeouts.request differ, which no decided table can express")
	}
	if m == nil {
		return out, nil
	}
	if err := known(m); err != nil {
		return out, at(err, "timeouts")
	}
	out.Present = true
	if out.Response, err = timeout(m.Response); err != nil {
		return out, at(err, "timeouts.response")
	}
	if out.Request, err = timeout(m.Request); err != nil {
		return out, at(err, "timeouts.request")
	}
	out.Idle, err = timeout(m.Idle)
	return out, at(err, "timeouts.idle")
}

func statusRange(m *outbound.HttpRoute_Retry_Conditions_StatusRange) (ir.StatusRange, error) {
	return ir.StatusRange{First: m.GetStart(), Last: m.GetEnd()}, present(m)
}
