package eval

import (
	"math/big"
	"time"

	"routec.dev/routec/ir"
)

// A Profile is a profile, prepared: what the proxy keeps of it (spec/profiles.md §3.3). It
// may be used by several goroutines at once.
type Profile struct {
	Profile ir.Profile // as given; must not be changed

	routes  []profileRoute
	targets []Target
	shed    bool // the weights overflow, on which the proxy panics
}

// A profileRoute is a route, prepared.
type profileRoute struct {
	dropped   bool
	condition requestCondition
	classes   []responseClass
}

// PrepareProfile prepares a profile. It cannot fail: the proxy leaves out what it cannot
// represent. Whether it governs at all is for [ir.Govern] to say.
func PrepareProfile(p ir.Profile) *Profile { return newPreparer().profile(p) }

func (p *preparer) profile(from ir.Profile) *Profile {
	out := &Profile{Profile: from, shed: ir.Overflows(from.UsableOverrides())}
	for i := range from.Routes {
		r := &from.Routes[i]
		condition, ok := p.request(&r.Condition)
		out.routes = append(out.routes, profileRoute{!ok, condition, classes(r.Classes)})
	}
	out.targets = targets(from.Overrides)
	return out
}

// ProfileReason says why a route of a profile did not get the request.
type ProfileReason uint8

const (
	ConditionFails ProfileReason = iota // its condition does not hold; At says where
	Dropped                             // the proxy leaves the route out, since it cannot represent the condition
	EarlierWins                         // its condition holds, but an earlier route's does, too
)

// String returns the reason as part of a sentence.
func (r ProfileReason) String() string {
	return [...]string{
		"its condition does not hold", "the proxy cannot represent its condition and leaves the route out", "an earlier route wins",
	}[r]
}

// A ProfileLoser is a route that did not get the request.
type ProfileLoser struct {
	Route  int
	Reason ProfileReason
	At     []int // ConditionFails: the part that decides, as indexes of Parts from the top
}

// A Target is one way that a profile's requests go.
type Target struct {
	Override  int      // index in the profile's overrides; -1: the Service itself
	Authority string   // where it leads
	Share     *big.Rat // while every target is ready
}

// A ProfileVerdict is what a proxy does with a request that a profile governs
// (spec/profiles.md §3.4 to §3.9). No request is refused for lack of a route.
type ProfileVerdict struct {
	Route  int            // -1: the implicit last route, which holds every request and sets nothing
	Losers []ProfileLoser // every other route, in order; by [Profile.Explain] only

	Retries bool          // failures are retried, on the profile's budget
	Timeout time.Duration // until the response's headers, all attempts together; 0: none
	Targets []Target
	Crash   bool // the weights overflow, on which the proxy panics
}

// Find returns the route that gets a request; -1: the implicit one. It allocates nothing
// once the states of the regular expressions exist.
func (p *Profile) Find(r *Request) int {
	for i := range p.routes {
		if !p.routes[i].dropped && p.routes[i].condition.holds(r) {
			return i
		}
	}
	return -1
}

// Decide returns what happens to a request.
func (p *Profile) Decide(r *Request) ProfileVerdict {
	out := ProfileVerdict{Route: p.Find(r), Targets: p.targets, Crash: p.shed}
	if len(p.targets) == 0 {
		out.Targets = []Target{{Override: -1, Authority: apex(&p.Profile), Share: big.NewRat(1, 1)}}
	}
	if out.Route >= 0 {
		route := &p.Profile.Routes[out.Route]
		out.Timeout = max(route.Timeout, 0)
		out.Retries = route.Retryable && p.Profile.Budget.Usable()
	}
	return out
}

// Explain is Decide, with why the other routes lost.
func (p *Profile) Explain(r *Request) ProfileVerdict {
	out := p.Decide(r)
	for i := range p.routes {
		if i != out.Route {
			out.Losers = append(out.Losers, p.loser(i, r))
		}
	}
	return out
}

func (p *Profile) loser(i int, r *Request) ProfileLoser {
	switch route := &p.routes[i]; {
	case route.dropped:
		return ProfileLoser{Route: i, Reason: Dropped}
	case route.condition.holds(r):
		return ProfileLoser{Route: i, Reason: EarlierWins}
	default:
		return ProfileLoser{Route: i, Reason: ConditionFails, At: route.condition.decisive(r, false)}
	}
}

// Opaque returns where opaque connections go that the profile governs.
func (p *Profile) Opaque() []Target { return p.targets }

// apex is the Service that the profile stands for.
func apex(p *ir.Profile) string { return p.Name + ":" + number(uint32(p.Port)) }

// targets returns those overrides that the proxy can use, with their shares. A lone one
// gets everything, whatever its weight (spec/profiles.md §3.9).
func targets(overrides []ir.DstOverride) []Target {
	var out []Target
	sum := int64(0)
	for i, o := range overrides {
		if o.Usable() {
			out = append(out, Target{Override: i, Authority: o.Authority})
			sum += int64(o.Weight)
		}
	}
	for i := range out {
		out[i].Share = big.NewRat(int64(overrides[out[i].Override].Weight), sum)
	}
	return out
}
