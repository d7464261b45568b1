package check

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
	"routec.dev/routec/ir/eval"
)

// ties reports requests that go elsewhere when the age of two routes turns out the other way:
// of equally ranked rules the older route's wins, and the manifests do not say which that is
// (spec/outbound.md §4, spec/matching.md §3.1). Each comes with a request that was asked of
// both orders.
func ties(in *Input, report *diag.Report) {
	for i := range in.Targets {
		t := &in.Targets[i]
		said := map[[2]ir.Ref]bool{}
		for _, tables := range [][]ir.Outbound{t.Tables, t.Others} {
			for j := range tables {
				if o := &tables[j]; len(o.Routes) > 1 {
					in.tableTies(t, o, said, report)
				}
			}
		}
	}
}

func (in *Input) tableTies(t *ir.Target, o *ir.Outbound, said map[[2]ir.Ref]bool, report *diag.Report) {
	if o.Protocol == ir.TLS {
		in.nameTies(t, o, said, report)
		return
	}
	if o.Protocol == ir.Opaque {
		return
	}
	q := &tieQuestion{in: in, target: t, table: o, said: said, left: maxAsked}
	for _, c := range q.candidates() {
		if q.left == 0 {
			q.cut = true
			break
		}
		if w := q.ask(c); w != nil {
			q.say(c, w, report)
		}
	}
	if key := [2]ir.Ref{t.Ref}; q.cut && !said[key] && !q.broken {
		said[key] = true
		report.Add(diag.Diagnostic{
			Code: diag.CreationDecides, Severity: diag.Info, Object: manifest.Named(t.Ref).String(), At: t.Origin.Place,
			Message: fmt.Sprintf("%s has so many matches that not all were compared: whether the age of its routes decides about further requests is not decided here", short(t.Ref)),
			Help:    "spread the matches over fewer routes: those of one route never depend on its age",
		})
	}
}

// undecided reports whether the manifests leave open which of two routes stands first. Routes
// of one age stand by name, and those of one name in no order at all.
func undecided(a, b ir.Origin) bool {
	if a.Created.IsZero() || b.Created.IsZero() {
		return true
	}
	return a.Created.Equal(b.Created) && a.Object.Name == b.Object.Name
}

// maxAsked bounds the requests that are tried on one table.
const maxAsked = 2000

// A tieQuestion looks for ties in one table.
type tieQuestion struct {
	in      *Input
	target  *ir.Target
	table   *ir.Outbound
	said    map[[2]ir.Ref]bool
	full    *eval.Table
	regexes map[string]*automata.Regex
	left    int
	cut     bool // not everything was compared
	broken  bool // the proxy does not run the table
}

// ask tries a request that both matches take: the one that wins, and the one that would win
// if its route were the older.
func (q *tieQuestion) ask(p pair) *tieWitness {
	x, y := &q.table.Routes[p.a.route], &q.table.Routes[p.b.route]
	if q.said[pairOf(x, y)] {
		return nil
	}
	w, ok := q.request(p)
	if !ok {
		return nil
	}
	q.left--
	if q.full == nil {
		full, err := eval.Prepare(*q.table)
		if err != nil { // the proxy refuses the table, which is reported
			q.left, q.broken = 0, true
			return nil
		}
		q.full = full
	}
	winner, found := q.full.Find(w.version, w.request)
	if !found || winner.Route != p.a.route && winner.Route != p.b.route {
		return nil // another rule takes it
	}
	w.first, w.second = q.order(x, y, w)
	if w.first < 0 || w.second < 0 || sameOutcome(&x.Rules[w.first], &y.Rules[w.second]) {
		return nil
	}
	return w
}

// order asks both orders of two routes and returns the rules that win when the first, and
// when the second, is the older; -1 where the age makes no difference.
func (q *tieQuestion) order(x, y *ir.Route, w *tieWitness) (first, second int) {
	find := func(routes ...ir.Route) eval.Winner {
		o := *q.table
		o.Routes = routes
		t, err := eval.Prepare(o)
		if err != nil {
			return eval.Winner{Route: -1}
		}
		winner, _ := t.Find(w.version, w.request)
		return winner
	}
	a, b := find(*x, *y), find(*y, *x)
	if a.Route != 0 || b.Route != 0 {
		return -1, -1
	}
	return a.Rule, b.Rule
}

func (q *tieQuestion) say(p pair, w *tieWitness, report *diag.Report) {
	x, y := &q.table.Routes[p.a.route], &q.table.Routes[p.b.route]
	q.said[pairOf(x, y)] = true
	q.in.tie(x, y, q.target, w, report)
}

// tie reports two routes, the one that stands second in the table first.
func (in *Input) tie(x, y *ir.Route, t *ir.Target, w *tieWitness, report *diag.Report) {
	m := in.metas[y.Origin.Object]
	if m == nil {
		return
	}
	open := "the manifests do not say which that is"
	if !x.Origin.Created.IsZero() && !y.Origin.Created.IsZero() {
		open = "both are of one age and name, so that it is left to chance"
	}
	say(report, diag.CreationDecides, diag.Warning, m, index("spec.rules", w.second),
		fmt.Sprintf("%s to %s is taken by this route and by %s with equal rank: the older of the two wins, and %s; here %s, otherwise %s", w.text, short(t.Ref), short(x.Origin.Object), open, destination(&x.Rules[w.first]), destination(&y.Rules[w.second])),
		"make one match more specific, or write both in one route, whose first rule wins",
		diag.Related{At: x.Origin.Place.Sub(index("spec.rules", w.first)), Message: "the rule of equal rank"})
}

// destination says in a few words where a rule sends requests.
func destination(r *ir.Rule) string {
	for _, f := range r.Filters {
		if _, ok := f.(ir.Redirect); ok {
			return "it is redirected"
		}
	}
	var words []string
	for i := range r.Backends.Backends {
		b := &r.Backends.Backends[i]
		if r.Backends.Kind == ir.FirstAvailable || len(r.Backends.Backends) == 1 {
			words = append(words, "it goes to "+b.Meta.String())
			break
		}
		words = append(words, fmt.Sprintf("%s to %s", share(&r.Backends, i), b.Meta))
	}
	if len(words) == 0 {
		return "it goes nowhere"
	}
	return strings.Join(words, " and ")
}
