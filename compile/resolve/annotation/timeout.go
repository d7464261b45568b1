package annotation

import "routec.dev/routec/ir"

// Annotations that bound requests (spec/outbound.md §5.5).
const (
	TimeoutResponse = "timeout.linkerd.io/response"
	TimeoutRequest  = "timeout.linkerd.io/request"
	TimeoutIdle     = "timeout.linkerd.io/idle"
)

// Timeouts reads the three timeout annotations. Zero is an explicit zero. Present says
// whether any of them is there.
func Timeouts(from map[string]string) (ir.Timeouts, error) {
	var t ir.Timeouts
	for _, f := range []struct {
		key string
		to  *ir.Timeout
	}{
		{TimeoutResponse, &t.Response},
		{TimeoutRequest, &t.Request},
		{TimeoutIdle, &t.Idle},
	} {
		d, set, err := read(from, f.key, Duration)
		if err != nil {
			return ir.Timeouts{}, err
		}
		*f.to = ir.Timeout{Set: set, Duration: d}
		t.Present = t.Present || set
	}
	return t, nil
}
