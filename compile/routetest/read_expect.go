package routetest

import (
	"math/big"
	"strings"
	"time"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

var governors = []string{"OutboundPolicy", "ServiceProfile", "nobody"}

// expect reads what is expected.
func (d *document) expect(to *Expect, at source.Place, v any) {
	to.Place = at
	if object, ok := v.(map[string]any); ok && len(object) == 0 {
		d.bad(at, "write backends, status, allowed or another expectation", "nothing is expected")
		return
	}
	d.fields(at, v, "expect", []field{
		{"governedBy", d.choice(governors, func(i int) { to.GovernedBy = &sides[i] })},
		{"route", d.textPointer(&to.Route, "NAME or NAMESPACE/NAME of a route")},
		{"rule", d.number(&to.Rule, 0, 1<<20)},
		{"backends", func(at source.Place, v any) {
			to.Any = true
			d.each(at, v, "backends", func(at source.Place, v any) { to.Backends = append(to.Backends, d.backend(at, v)) })
		}},
		{"tolerance", func(at source.Place, v any) { to.Tolerance, _ = d.share(at, v) }},
		{"status", d.number(&to.Status, 100, 999)},
		{"grpcStatus", d.number(&to.GRPCStatus, 0, 16)},
		{"location", d.textPointer(&to.Location, "a URL")},
		{"headers", func(at source.Place, v any) { to.Headers = d.headers(at, v, true) }},
		{"responseHeaders", func(at source.Place, v any) { to.Response = d.headers(at, v, true) }},
		{"timeout", d.timeout(&to.Timeout)},
		{"responseTimeout", d.timeout(&to.ResponseTimeout)},
		{"idleTimeout", d.timeout(&to.IdleTimeout)},
		{"retries", func(at source.Place, v any) { to.Retries = d.retries(at, v) }},
		{"fails", d.truth(&to.Fails)},
		{"allowed", d.truth(&to.Allowed)},
		{"authorization", d.textPointer(&to.Authorization, "NAME or NAMESPACE/NAME of an authorization")},
	})
	if to.Tolerance != nil && !to.Any {
		d.bad(at.Sub("tolerance"), "write backends with shares, too", "tolerance is for the shares of backends")
	}
}

func (d *document) backend(at source.Place, v any) Backend {
	b := Backend{Kind: "Service", Namespace: d.namespace, Place: at}
	var service, network string
	d.fields(at, v, "a backend", []field{
		{"service", d.text(&service, "the name of a Service")},
		{"egressNetwork", d.text(&network, "the name of an EgressNetwork")},
		{"namespace", d.text(&b.Namespace, "a namespace")},
		{"port", d.port(&b.Port)},
		{"share", func(at source.Place, v any) { b.Share, b.Text = d.share(at, v) }},
		{"headers", func(at source.Place, v any) { b.Headers = d.headers(at, v, true) }},
	})
	switch {
	case service != "" && network != "":
		d.bad(at, "write one of them", "service and egressNetwork exclude each other")
	case network != "":
		b.Kind, b.Name = "EgressNetwork", network
	case service != "":
		b.Name = service
	case d.ok:
		d.bad(at, "write service: NAME", "a backend needs a name")
	}
	return b
}

// share reads a part of all requests: 90%, 9/10, 0.9, 1 or 0.
func (d *document) share(at source.Place, v any) (*big.Rat, string) {
	text := ""
	switch v := v.(type) {
	case string:
		text = v
	case int64, float64:
		text = trimFloat(v)
	}
	number, percent := strings.CutSuffix(text, "%")
	number = strings.TrimSpace(number)
	out, ok := new(big.Rat), len(number) > 0 && len(number) <= 40 && !strings.ContainsAny(number, "eEpPxXbBoO_")
	if ok {
		out, ok = out.SetString(number)
	}
	if ok && percent {
		out.Quo(out, big.NewRat(100, 1))
	}
	if !ok || out.Sign() < 0 || out.Cmp(big.NewRat(1, 1)) > 0 {
		d.bad(at, "write 90% or 9/10 or 0.9", "%s is no part of all requests", diag.Describe(v))
		return nil, ""
	}
	return out, text
}

func (d *document) timeout(to **Timeout) func(source.Place, any) {
	return func(at source.Place, v any) {
		s, _ := v.(string)
		if s == "none" {
			*to = &Timeout{None: true}
			return
		}
		t, err := time.ParseDuration(s)
		if err != nil || t < 0 {
			d.bad(at, "write 5s, 250ms or none", "%s is no timeout", diag.Describe(v))
			return
		}
		*to = &Timeout{Duration: t}
	}
}

func (d *document) retries(at source.Place, v any) *Retries {
	if v == "budget" {
		return &Retries{Budget: true}
	}
	n, ok := v.(int64)
	if !ok || n < 0 {
		d.bad(at, "write how many further attempts there are, or budget", "%s is no number of retries", diag.Describe(v))
		return nil
	}
	return &Retries{Max: uint64(n)}
}
