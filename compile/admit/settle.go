package admit

import (
	"routec.dev/routec/compile/admit/verdict"
)

// A Verdict is what becomes of one object in its cluster.
type Verdict struct {
	Refusal *verdict.Refusal // why an apply fails; nil accepts
	// Denial is what a webhook has against an object that is nevertheless accepted,
	// because admission is permissive; else nil.
	Denial *verdict.Refusal
}

// Accepted reports whether an apply succeeds.
func (v Verdict) Accepted() bool { return v.Refusal == nil }

// Settle decides what depends on other objects: a Namespace of the cluster that carries
// the label config.linkerd.io/admission-webhooks: disabled keeps the webhooks from
// everything in it, wherever it stands in the input. (Nothing else of what the gates say
// depends on other objects: Servers that overlap are all admitted.) The verdicts are in
// the order of the records.
func (j *Judge) Settle(records []Record) []Verdict {
	off := map[string]bool{}
	for _, r := range records {
		if r.hooksOff && r.Refusal == nil {
			off[r.ID.Name] = true
		}
	}
	verdicts := make([]Verdict, len(records))
	for i, r := range records {
		verdicts[i] = j.settle(r, off)
	}
	return verdicts
}

func (j *Judge) settle(r Record, off map[string]bool) Verdict {
	switch {
	case r.Refusal != nil || r.Denial == nil:
		return Verdict{Refusal: r.Refusal}
	case off[r.ID.Namespace]:
		return Verdict{}
	case j.permit:
		return Verdict{Denial: r.Denial}
	}
	return Verdict{Refusal: r.Denial}
}
