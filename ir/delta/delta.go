// Package delta compares two programs: which tables came, went or changed, and inside a
// table which route, rule, match, backend, weight or setting.
//
// Parts of a table are paired by what they are, not by where they stand: a route by its
// name, a rule by its content, a backend by what it leads to. So a rule that moves is
// moved, and one that is put in front leaves the others as they are. What the changes mean
// for requests is not asked here, and nothing is rendered: that is emit/review's part.
package delta

import (
	"cmp"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// An Op is what happened to something.
type Op uint8

const (
	Changed Op = iota
	Added
	Removed
	Moved // it stands elsewhere among its like, and says the same
)

// String returns the name in lower case.
func (o Op) String() string { return [...]string{"changed", "added", "removed", "moved"}[o] }

// Changes are all differences of two programs, in a stable order.
type Changes struct {
	Settings []Change
	Objects  []Object // targets and workloads themselves: how they are looked up
	Tables   []Table  // by kind, namespace, name, port, client
	Statuses []Object // routes and other objects whose status changed
}

// Empty reports whether the programs are equal.
func (c *Changes) Empty() bool {
	return len(c.Settings)+len(c.Objects)+len(c.Tables)+len(c.Statuses) == 0
}

// An Object is what changed of an object apart from its tables.
type Object struct {
	Op      Op
	Ref     ir.Ref
	Origin  ir.Origin // the new one, or that of what is gone
	Danger  Danger    // of the object as a whole; see [Object.Worst]
	Changes []Change
}

// A Kind says what a table tells whom.
type Kind uint8

const (
	Outbound Kind = iota // to the clients of a Service or EgressNetwork
	Profile              // likewise, in the older format
	Inbound              // to the servers of a workload
)

// String returns the name in lower case.
func (k Kind) String() string { return [...]string{"outbound", "profile", "inbound"}[k] }

// A Table is one that changed.
type Table struct {
	Op      Op
	Kind    Kind
	Object  ir.Ref // zero in a table that belongs to no object
	Name    string // what stands for such a table: "absent", an address
	Port    uint16 // 0 in a template
	Ports   string // template: the ports that it stands for; "other" for all without a table of their own
	Client  string // namespace of the clients; "" is all others
	Danger  Danger // of the table as a whole; see [Table.Worst]
	Changes []Change

	// The tables themselves, old and new; nil where there is none.
	Outbound [2]*ir.Outbound
	Profile  [2]*ir.Profile
	Inbound  [2]*ir.Inbound
}

// A Part is what a change is about.
type Part uint8

// The parts of programs and tables.
const (
	Setting Part = iota // a single value, Name says which
	Route
	Rule
	Match
	Filter
	Backend
	Authorization
	Class // of responses, in profiles
	Condition
)

// String returns the name in lower case.
func (p Part) String() string {
	return [...]string{"setting", "route", "rule", "match", "filter", "backend", "authorization", "response class", "condition"}[p]
}

// A Share is a backend's weight among all of its rule.
type Share struct {
	Weight uint32
	Total  uint64
}

// A Width says how a change of authorizations moves the set of clients that are let in.
type Width uint8

const (
	SameWidth Width = iota // no authorization, or the same clients
	Wider
	Narrower
	Unclear // some may come in that could not, others no longer
)

// String returns the name in lower case.
func (w Width) String() string { return [...]string{"", "wider", "narrower", "wider or narrower"}[w] }

// A Change is one difference, or one thing in which there are some.
type Change struct {
	Op   Op
	Part Part
	Name string // which one: "request timeout", "HTTPRoute prod/web", "0", "Service prod/web:80"

	From, To string   // Setting, Match, Filter, Class, Condition: the values; moved: the positions, from 0
	Shares   [2]Share // Backend in a weighted rule: old and new; zero where there is none
	Width    Width    // Authorization
	Danger   Danger   // of the change itself, not of what is inside
	Origin   ir.Origin
	Changes  []Change // what changed inside
}

// Compare returns what is different in the new program.
func Compare(old, new *ir.Program) *Changes {
	c := &Changes{Settings: settings(&old.Settings, &new.Settings)}
	c.targets(old.Targets, new.Targets)
	c.egress(old, new)
	c.workloads(old.Workloads, new.Workloads)
	c.endpoints(old.Endpoints, new.Endpoints)
	for _, t := range []struct {
		name     string
		old, new *ir.Outbound
	}{
		{"absent", &old.Absent, &new.Absent},
		{"absent-opaque", &old.AbsentOpaque, &new.AbsentOpaque},
		{"undefined-port", &old.UndefinedPort, &new.UndefinedPort},
		{"fallback", &old.Fallback, &new.Fallback},
	} {
		c.outbound(Table{Name: t.name}, t.old, t.new)
	}
	c.statuses(old.Statuses, new.Statuses)
	slices.SortStableFunc(c.Tables, compareTables)
	return c
}

func compareTables(a, b Table) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind),
		strings.Compare(a.Object.Namespace, b.Object.Namespace),
		strings.Compare(a.Object.Name, b.Object.Name),
		strings.Compare(a.Object.Kind, b.Object.Kind),
		strings.Compare(a.Name, b.Name),
		cmp.Compare(uint16(a.Port-1), uint16(b.Port-1)), // templates last
		strings.Compare(a.Ports, b.Ports),
		strings.Compare(a.Client, b.Client),
	)
}

// compareTable adds the difference of two tables, if there is one.
func compareTable[T any](c *Changes, at Table, old, new *T, equal func(a, b *T) bool, changes func(old, new *T) []Change) {
	if at.Op = opOf(old, new); at.Op == Changed {
		if equal(old, new) {
			return
		}
		at.Changes = something(changes(old, new))
	}
	c.Tables = append(c.Tables, at)
}

// something says of a table that differs in nothing that has a meaning (such as the order of
// authorizations) that it is written differently.
func something(changes []Change) []Change {
	if len(changes) > 0 {
		return changes
	}
	return []Change{{Part: Setting, Name: "what has no effect", From: "as before", To: "written differently"}}
}

// merge walks two lists that are in the same order; the pointers are nil for what only the
// other list has.
func merge[T any](old, new []T, compare func(a, b *T) int, each func(old, new *T)) {
	for len(old) > 0 || len(new) > 0 {
		order := 0
		switch {
		case len(old) == 0:
			order = 1
		case len(new) == 0:
			order = -1
		default:
			order = compare(&old[0], &new[0])
		}
		switch {
		case order < 0:
			each(&old[0], nil)
			old = old[1:]
		case order > 0:
			each(nil, &new[0])
			new = new[1:]
		default:
			each(&old[0], &new[0])
			old, new = old[1:], new[1:]
		}
	}
}

// opOf says what happened to something that is nil where it is not there.
func opOf[T any](old, new *T) Op {
	switch {
	case old == nil:
		return Added
	case new == nil:
		return Removed
	}
	return Changed
}

// orZero returns the value, or a zero one where there is none.
func orZero[T any](v *T) *T {
	if v == nil {
		return new(T)
	}
	return v
}

// either returns the new value, or the old one where there is none.
func either[T any](old, new *T) *T {
	if new != nil {
		return new
	}
	return old
}
