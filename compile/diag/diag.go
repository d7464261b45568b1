// Package diag is what the compiler has to say about manifests: diagnostics with
// a code, a place and a next step, collected in a report.
//
// It knows neither manifests nor routing; stages decide what is worth saying.
package diag

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"routec.dev/routec/ir/source"
)

// A Code names a kind of diagnostic, such as "RC1042". Each has an entry in catalog/.
type Code string

// Severity orders diagnostics by what they do to a cluster.
type Severity int

const (
	Info    Severity = iota + 1 // portability or style
	Warning                     // stored, but partly unused or probably not meant
	Error                       // refused by the cluster, or stored and traffic breaks
	Hazard                      // passes every gate and then hurts the control plane or other users
)

var severities = []string{Info: "info", Warning: "warning", Error: "error", Hazard: "hazard"}

// String returns the severity's lower-case name.
func (s Severity) String() string { return severities[s] }

// ParseSeverity returns the severity of that name; ok is false for any other text.
func ParseSeverity(name string) (s Severity, ok bool) {
	i := slices.Index(severities, name)
	return Severity(i), i > 0
}

// ParseLimit reads the severity from which on findings fail a run; "never" is 0. The error
// says which names there are.
func ParseLimit(name string) (Severity, error) {
	s, ok := ParseSeverity(name)
	if !ok && name != "never" {
		return 0, fmt.Errorf("%s or never, not %q", strings.Join(severities[1:], ", "), name)
	}
	return s, nil
}

// A Diagnostic is one finding: what is the case, where, what follows, what to do.
type Diagnostic struct {
	Code     Code
	Severity Severity
	Object   string       // "GRPCRoute.gateway.networking.k8s.io/faces/smiley"; empty when no object is concerned
	Message  string       // what is the case and what follows; lower-case start, no full stop
	At       source.Place // the field to look at
	Related  []Related    // other places that take part
	Help     string       // what to write instead; may be empty
	Fix      []Edit       // the same for machines, where it is known to the letter
}

// An Edit is a part of what mends a finding: another name for a field, or another value in
// it. The zero At is the finding's own.
type Edit struct {
	At    source.Place
	Key   string // the field's new name; "" leaves it
	Value any    // a string or a uint64; nil leaves what is there
}

// Place is where an edit of a diagnostic is made.
func (e *Edit) Place(of *Diagnostic) source.Place {
	if e.At == (source.Place{}) {
		return of.At
	}
	return e.At
}

// A Related place takes part in a finding, with a word on how.
type Related struct {
	At      source.Place
	Message string
}

// A Report collects diagnostics. The zero Report is empty and ready for use.
// It is not safe for concurrent use: give each worker its own and [Report.Join] them in order.
type Report struct {
	list []Diagnostic
}

// Add appends a diagnostic.
func (r *Report) Add(d Diagnostic) { r.list = append(r.list, d) }

// Fix adds edits to the diagnostic that was added last.
func (r *Report) Fix(edits ...Edit) {
	d := &r.list[len(r.list)-1]
	d.Fix = append(d.Fix, edits...)
}

// Join appends everything that other holds.
func (r *Report) Join(other *Report) { r.list = append(r.list, other.list...) }

// Len returns the number of diagnostics.
func (r *Report) Len() int { return len(r.list) }

// All are the diagnostics in the order in which they were added.
func (r *Report) All() iter.Seq[*Diagnostic] {
	return func(yield func(*Diagnostic) bool) {
		for i := range r.list {
			if !yield(&r.list[i]) {
				return
			}
		}
	}
}

// Count returns how many diagnostics have exactly that severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for i := range r.list {
		if r.list[i].Severity == s {
			n++
		}
	}
	return n
}

// AtLeast reports whether any diagnostic is as severe as s or more.
func (r *Report) AtLeast(s Severity) bool {
	return slices.ContainsFunc(r.list, func(d Diagnostic) bool { return d.Severity >= s })
}

// Sorted returns the diagnostics in their one stable order: hazards first, then by
// file, document, object, field, code and message; exact repetitions are dropped.
func (r *Report) Sorted() []Diagnostic {
	out := slices.Clone(r.list)
	slices.SortStableFunc(out, compare)
	return slices.CompactFunc(out, func(a, b Diagnostic) bool { return compare(a, b) == 0 })
}

func compare(a, b Diagnostic) int {
	hazard := func(d Diagnostic) int {
		if d.Severity == Hazard {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(hazard(a), hazard(b)),
		comparePlace(a.At, b.At),
		cmp.Compare(a.Object, b.Object),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(b.Severity, a.Severity),
	)
}

func comparePlace(a, b source.Place) int {
	var x, y source.Doc
	if a.Doc != nil {
		x = *a.Doc
	}
	if b.Doc != nil {
		y = *b.Doc
	}
	return cmp.Or(
		cmp.Compare(x.File, y.File),
		cmp.Compare(x.Index, y.Index),
		cmp.Compare(a.Item, b.Item),
		compareFields(a.Field, b.Field),
	)
}

// compareFields orders field paths as text, but indexes by number: rules[2] before rules[10].
func compareFields(a, b string) int {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	start := i
	for start > 0 && isDigit(a[start-1]) {
		start--
	}
	x, y := digits(a[start:]), digits(b[start:])
	if start > 0 && a[start-1] == '[' && x > 0 && y > 0 && x != y {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a, b)
}

// digits counts those that a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
