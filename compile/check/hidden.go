package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// hiddenRules reports matches that an earlier rule of their route has, too: of rules that match
// equally well the first is taken (spec/matching.md §3.2), so these never are. Where both rules
// do the same, nothing is lost, and nothing is said.
func hiddenRules(in *Input, report *diag.Report) {
	in.eachRoute(func(r *ir.Route, m *manifest.Meta) {
		if len(r.Rules) < 2 || in.viewOf(m).rank < http {
			return
		}
		first := map[string]int{}
		for j := range r.Rules {
			takers := hiddenBy(r, j, first)
			sayHidden(r, m, j, takers, report)
		}
	})
}

// hiddenBy returns for each match of a rule the first rule with an equal one, or -1, and adds
// those of this rule to first. A rule without matches has one that asks for nothing.
func hiddenBy(r *ir.Route, rule int, first map[string]int) []int {
	matches := r.Rules[rule].Matches
	if len(matches) == 0 {
		matches = []ir.Match{{}}
	}
	takers := make([]int, len(matches))
	for k := range matches {
		key := conditions(&matches[k])
		taker, known := first[key]
		if !known {
			taker, first[key] = -1, rule
		}
		if taker == rule || taker >= 0 && sameOutcome(&r.Rules[taker], &r.Rules[rule]) {
			taker = -1
		}
		takers[k] = taker
	}
	return takers
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

// conditions writes what a match asks for, the same for all orders of its headers and
// parameters.
func conditions(m *ir.Match) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %q %q %t %q %q", m.Path.Kind, m.Path.Value, m.Method, m.RPC.Present, m.RPC.Service, m.RPC.Method)
	for _, list := range [][]ir.ValueMatch{m.Headers, m.Query} {
		var lines []string
		for _, v := range list {
			lines = append(lines, fmt.Sprintf(" %q %t %q", v.Name, v.Regex, v.Value))
		}
		slices.Sort(lines)
		b.WriteString(";" + strings.Join(lines, ""))
	}
	return b.String()
}
