package check

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
)

// weights reports weights that do not do what they seem to: 0 of the only backend, a port in
// the place of a weight, a share of less than one percent (spec/admission.md GW-28 to GW-30).
// Weights that are all 0 make the proxy panic, which the table's judge reports.
func weights(in *Input, report *diag.Report) {
	for i := range in.decided {
		d := &in.decided[i]
		for j := range d.Rules {
			if to := &d.Rules[j].Backends; to.Kind == ir.RandomAvailable {
				d.weights(j, to, report)
			}
		}
	}
}

func (d *decidedRoute) weights(rule int, to *ir.Distribution, report *diag.Report) {
	if len(to.Backends) == 1 {
		if to.Backends[0].Weight == 0 {
			say(report, diag.WeightAlone, diag.Error, d.meta, backendField(rule, 0)+".weight",
				fmt.Sprintf("the weight of an only backend is not looked at: %s gets 100 %% of the requests of this rule in spite of its weight 0", to.Backends[0].Meta),
				"remove the rule, or add the backend that is to get the requests")
		}
		return
	}
	sum := uint64(0)
	for _, b := range to.Backends {
		sum += uint64(b.Weight)
	}
	if sum == 0 {
		return
	}
	for i := range to.Backends {
		if port := looksLikePort(to, i, sum); port >= 0 {
			d.weightIsPort(rule, i, port, to, report)
			return // the other shares follow from this one
		}
	}
	for i, b := range to.Backends {
		if b.Weight > 0 && uint64(b.Weight)*100 < sum {
			say(report, diag.WeightTiny, diag.Info, d.meta, backendField(rule, i)+".weight",
				fmt.Sprintf("%s gets %s of the requests of this rule: a weight counts beside the sum of all, which is %d", b.Meta, share(to, i), sum),
				"write weights that add up to 100 if they are meant as percentages")
		}
	}
}

// looksLikePort returns the backend whose port a weight equals, or -1. Weights that add up to
// a round number are shares, whatever ports there are.
func looksLikePort(to *ir.Distribution, i int, sum uint64) int {
	w := to.Backends[i].Weight
	if w == 0 || sum == 10 || sum == 100 || sum == 1000 || sum == 10_000 {
		return -1
	}
	own := -1
	for j, b := range to.Backends {
		switch {
		case uint32(b.Meta.Port) != w:
		case j != i:
			return j
		default:
			own = i
		}
	}
	return own
}

func (d *decidedRoute) weightIsPort(rule, i, port int, to *ir.Distribution, report *diag.Report) {
	var shares []string
	for j, b := range to.Backends {
		shares = append(shares, fmt.Sprintf("%s gets %s", b.Meta, share(to, j)))
	}
	whose := "its own port"
	if port != i {
		whose = fmt.Sprintf("the port of %s", to.Backends[port].Meta.Ref)
	}
	say(report, diag.WeightIsPort, diag.Warning, d.meta, backendField(rule, i)+".weight",
		fmt.Sprintf("the weight %d is %s: of the requests of this rule, %s", to.Backends[i].Weight, whose, strings.Join(shares, ", ")),
		"write the share that is meant, or exchange port and weight",
		diag.Related{At: d.meta.At(backendField(rule, port) + ".port"), Message: "the port"})
	if b := to.Backends[i]; port != i {
		report.Fix(diag.Edit{Value: uint64(b.Meta.Port)}, diag.Edit{At: d.meta.At(backendField(rule, i) + ".port"), Value: uint64(b.Weight)})
	}
}
