package check

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// hiddenRules reports matches that an earlier rule of their route has, too: of rules that match
// equally well the first is taken (spec/matching.md §3.2), so these never are. Where both rules
// do the same, nothing is lost, and nothing is said.
func hiddenRules(in *Input, report *diag.Report) {
	seen := seenMatches{first: map[string]int{}}
	in.eachRoute(func(r *ir.Route, m *manifest.Meta) {
		if len(r.Rules) < 2 || in.viewOf(m).rank < http {
			return
		}
		clear(seen.first)
		for j := range r.Rules {
			if takers := seen.takers(r, j); takers != nil {
				sayHidden(r, m, j, takers, report)
			}
		}
	})
}

// seenMatches are the matches of the rules of a route that have been looked at.
type seenMatches struct {
	first map[string]int // the first rule with a match, by its conditions
	key   []byte         // room for conditions
}

// takers returns for each match of a rule the first rule with an equal one, or -1, and takes
// those of this rule in; nil stands for none. A rule without matches has one that asks for
// nothing.
func (s *seenMatches) takers(r *ir.Route, rule int) []int {
	matches := r.Rules[rule].Matches
	if len(matches) == 0 {
		matches = []ir.Match{{}}
	}
	var out []int
	for k := range matches {
		s.key = appendConditions(s.key[:0], &matches[k])
		taker, known := s.first[string(s.key)]
		if !known {
			s.first[string(s.key)] = rule
			continue
		}
		if taker == rule || sameOutcome(&r.Rules[taker], &r.Rules[rule]) {
			continue
		}
		if out == nil {
			out = slices.Repeat([]int{-1}, len(matches))
		}
		out[k] = taker
	}
	return out
}

func sayHidden(r *ir.Route, m *manifest.Meta, rule int, takers []int, report *diag.Report) {
	at := index("spec.rules", rule)
	if !slices.Contains(takers, -1) {
		var names []string
		var related []diag.Related
		for _, i := range slices.Compact(slices.Sorted(slices.Values(takers))) {
			names = append(names, strconv.Itoa(i))
			related = append(related, diag.Related{At: m.At(index("spec.rules", i)), Message: "a rule that is taken instead"})
		}
		rules := "rule " + names[0] + " has the same matches and stands first"
		if len(names) > 1 {
			rules = "rules " + among(names) + " have the same matches and stand first"
		}
		say(report, diag.RuleHidden, diag.Warning, m, at, "this rule never gets a request: "+rules,
			"make its matches more specific, such as by a longer path or one header more, or remove it", related[:min(len(related), 5)]...)
		return
	}
	for k, i := range takers {
		if i >= 0 {
			say(report, diag.RuleHidden, diag.Warning, m, index(at+".matches", k),
				fmt.Sprintf("this rule never gets a request by this match: rule %d has the same one and stands first", i),
				"make the match more specific, such as by a longer path or one header more, or remove it",
				diag.Related{At: m.At(index("spec.rules", i)), Message: "the rule that is taken instead"})
		}
	}
}

// appendConditions writes what a match asks for, the same for all orders of its headers and
// parameters.
func appendConditions(dst []byte, m *ir.Match) []byte {
	dst = append(dst, byte(m.Path.Kind))
	dst = strconv.AppendBool(dst, m.RPC.Present)
	for _, text := range [...]string{m.Path.Value, m.Method, m.RPC.Service, m.RPC.Method} {
		dst = appendText(dst, text)
	}
	for _, list := range [...][]ir.ValueMatch{m.Headers, m.Query} {
		if len(list) > 1 {
			list = slices.SortedFunc(slices.Values(list), compareValues)
		}
		dst = strconv.AppendInt(dst, int64(len(list)), 10)
		for _, v := range list {
			dst = strconv.AppendBool(dst, v.Regex)
			dst = appendText(appendText(dst, v.Name), v.Value)
		}
	}
	return dst
}

// appendText writes a text so that nothing behind it can be taken for a part of it.
func appendText(dst []byte, text string) []byte {
	dst = strconv.AppendInt(dst, int64(len(text)), 10)
	return append(append(dst, ':'), text...)
}

func compareValues(a, b ir.ValueMatch) int {
	regex := 0
	if a.Regex != b.Regex {
		regex = 1
		if b.Regex {
			regex = -1
		}
	}
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value), regex)
}
