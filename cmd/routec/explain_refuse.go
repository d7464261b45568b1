package main

import (
	"errors"

	"routec.dev/routec/emit/answer"
	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/eval"
)

// refusals ask of a table whether the real proxy would run it. They are not for several
// goroutines at once.
func refusals() eval.Refusals {
	checker := refuse.NewChecker(automata.Check)
	judge := func(reasons []refuse.Reason) error {
		if !refuse.Refused(reasons) {
			return nil
		}
		return errors.New(answer.Why(reasons))
	}
	return eval.Refusals{
		Outbound: func(o *ir.Outbound) error { return judge(checker.Outbound(outbound.Policy(*o))) },
		Inbound:  func(t *ir.Inbound) error { return judge(checker.Inbound(inbound.Server(*t))) },
	}
}
