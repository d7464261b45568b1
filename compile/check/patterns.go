package check

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

// patterns reports regular expressions that the proxy reads otherwise than they look, each
// with a text that shows it (spec/matching.md §1.7, §9.3).
func patterns(in *Input, report *diag.Report) {
	readings := map[subject]reading{}
	read := newReader()
	in.eachMatch(func(m *routeMatch) {
		ask := func(pattern string, path bool, field string) {
			s := subject{pattern, path}
			r, known := readings[s]
			if !known {
				r = read.read(s)
				readings[s] = r
			}
			r.say(m, s, m.field(field), report)
		}
		if m.Path.Kind == ir.PathRegex {
			ask(m.Path.Value, true, ".path.value")
		}
		for i, h := range m.Headers {
			if h.Regex {
				ask(h.Value, false, index(".headers", i)+".value")
			}
		}
		for i, q := range m.Query {
			if q.Regex {
				ask(q.Value, false, index(".queryParams", i)+".value")
			}
		}
	})
}

// A subject is a pattern, and whether it is for paths.
type subject struct {
	pattern string
	path    bool
}

// A reading is what the proxy makes of a pattern.
type reading struct {
	never   bool   // no path is accepted
	literal string // the only text that it accepts
	spelt   string // a text that the pattern spells out, but the proxy does not accept
}

// budget is how many states an automaton may have; beyond it, nothing is claimed.
const budget = 500

// maxPatterns is how many patterns of a cluster are taken apart; of the rest, nothing is
// claimed.
const maxPatterns = 1000

// paths are those that a request can have: absolute ones, and what OPTIONS and CONNECT send.
const paths = "(?:/[^?#\\x00-\\x20\\x7f]*)|\\*|"

// A patternReader takes patterns apart.
type patternReader struct {
	paths *automata.DFA
	left  int
}

func newReader() *patternReader { return &patternReader{left: maxPatterns} }

func (p *patternReader) read(s subject) (r reading) {
	if text, ok := plain(s.pattern); ok {
		return reading{literal: text, never: s.path && (!strings.HasPrefix(text, "/") || strings.ContainsAny(text, "# "))}
	}
	if !strings.ContainsAny(s.pattern, "|?# ") && (!s.path || strings.HasPrefix(s.pattern, "/")) {
		return r // one way to read it
	}
	if p.left--; p.left < 0 {
		return r
	}
	accepted, err := automata.FromRegex(s.pattern, budget)
	if err != nil {
		return r
	}
	domain := automata.All()
	if s.path {
		if domain = p.domain(); domain == nil {
			return r
		}
		if in, err := accepted.Intersect(domain, budget); err == nil && in.Empty() {
			return reading{never: true}
		}
	}
	r.spelt = spelt(s.pattern, accepted, domain)
	return r
}

// plain returns the only text that a pattern without special characters accepts. An anchor at
// one end looks as if the other were open, and changes nothing; who writes both wants one text.
func plain(pattern string) (text string, ok bool) {
	text, begins := strings.CutPrefix(pattern, "^")
	text, ends := strings.CutSuffix(text, "$")
	return text, (text != "" || pattern == "") && !(begins && ends) && !strings.ContainsAny(text, `\.+*?()|[]{}^$`)
}

// domain is the set of paths, made once.
func (p *patternReader) domain() *automata.DFA {
	if p.paths == nil {
		p.paths, _ = automata.FromRegex(paths, budget) // a small one
	}
	return p.paths
}

// spelt returns a text that is matched from end to end where alternatives are tried in any
// order, and that the proxy, which commits to the first one that matches, does not accept.
func spelt(pattern string, accepted, domain *automata.DFA) string {
	whole, err := automata.FromRegex("^(?:"+pattern+")$", budget)
	if err != nil {
		return ""
	}
	lost, err := whole.Minus(accepted, budget)
	if err != nil {
		return ""
	}
	if lost, err = lost.Intersect(domain, budget); err != nil {
		return ""
	}
	text, ok := lost.Witness()
	if !ok {
		return ""
	}
	re, err := automata.Compile(pattern)
	if err != nil || re.FullSpan(text) { // the proxy's own way to ask has the last word
		return ""
	}
	return text
}

func (r reading) say(m *routeMatch, s subject, field string, report *diag.Report) {
	switch {
	case r.never && s.path:
		say(report, diag.RegexNever, diag.Error, m.meta, field,
			fmt.Sprintf("no path matches %q: a path begins with / and holds neither a query nor spaces, and the pattern must take all of it", s.pattern),
			"begin the pattern with /, and match the query with queryParams")
	case r.literal != "" && s.path:
		say(report, diag.RegexLiteral, diag.Info, m.meta, field,
			fmt.Sprintf("the pattern must take the whole path, so %q matches %s alone, and not %q", s.pattern, r.only(s, "that path"), r.other(s)),
			"write type: Exact, type: PathPrefix for what is below it, too, or .* where anything may stand")
	case r.literal != "":
		say(report, diag.RegexLiteral, diag.Info, m.meta, field,
			fmt.Sprintf("the pattern must take the whole value, so %q matches %s alone, and not one that holds it among others", s.pattern, r.only(s, "that value")),
			"write type: Exact, or .* around the text that is looked for")
	case r.spelt != "":
		say(report, diag.RegexFirst, diag.Warning, m.meta, field,
			fmt.Sprintf("%q does not match %q: of several alternatives the first that fits is taken, and the text must end there", s.pattern, r.spelt),
			"put the alternative that takes more first")
	}
}

// only names the text that a literal pattern accepts.
func (r reading) only(s subject, that string) string {
	if r.literal == s.pattern {
		return that
	}
	return fmt.Sprintf("%q", r.literal)
}

// other is a path that a literal pattern may seem to accept.
func (r reading) other(s subject) string {
	if r.literal != s.pattern && !strings.HasPrefix(s.pattern, "^") {
		return "/a" + r.literal
	}
	return strings.TrimSuffix(r.literal, "/") + "/a"
}
