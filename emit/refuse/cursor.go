package refuse

import (
	"strconv"
	"strings"
)

// A cursor is where the walk stands: the fields from the message's root, and
// what the proxy puts before an error that comes from there. Nothing is built
// from it until something is wrong.
type cursor []frame

type frame struct {
	field string // proto JSON name; "" adds words only
	index int    // in a repeated field; -1 in a singular one
	says  string // "" says nothing
}

// in enters a singular field, each an element of a repeated one. Both are left
// with out.
func (c *Checker) in(field, says string) { c.at = append(c.at, frame{field, -1, says}) }

func (c *Checker) each(field string, index int, says string) {
	c.at = append(c.at, frame{field, index, says})
}

func (c *Checker) out() { c.at = c.at[:len(c.at)-1] }

// reject reports that the field, below where the walk stands, does not convert.
func (c *Checker) reject(field, message string) {
	c.report(Rejects, field, c.at.words()+message)
}

// panics reports a crash, in our words: the proxy's own never name the table.
func (c *Checker) panics(field, message string) { c.report(Panics, field, message) }

// drops reports an element that the proxy leaves out.
func (c *Checker) drops(field, message string) { c.report(Drops, field, message) }

func (c *Checker) report(effect Effect, field, message string) {
	c.found = append(c.found, Reason{
		Effect:        effect,
		Message:       message,
		Path:          c.at.path(field),
		List:          c.at.list(),
		Route:         c.at.index("routes", "httpRoutes"),
		Rule:          c.at.index("rules"),
		Match:         c.at.indexBelow("rules", "matches"),
		Filter:        c.at.index("filters"),
		Backend:       c.at.index("backends"),
		Authorization: c.at.index("authorizations"),
		Class:         c.at.index("responseClasses"),
	})
}

func (at cursor) words() string {
	var b strings.Builder
	for _, f := range at {
		if f.says != "" {
			b.WriteString(f.says)
			b.WriteString(": ")
		}
	}
	return b.String()
}

func (at cursor) path(field string) string {
	var b strings.Builder
	for _, f := range append(at[:len(at):len(at)], frame{field: field, index: -1}) {
		if f.field == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(f.field)
		if f.index >= 0 {
			b.WriteByte('[')
			b.WriteString(strconv.Itoa(f.index))
			b.WriteByte(']')
		}
	}
	return b.String()
}

// index finds where the walk stands in a repeated field; -1 if outside.
func (at cursor) index(names ...string) int {
	for _, f := range at {
		for _, name := range names {
			if f.field == name && f.index >= 0 {
				return f.index
			}
		}
	}
	return -1
}

// indexBelow is index, but for a name that has another meaning above parent.
func (at cursor) indexBelow(parent, name string) int {
	for i, f := range at {
		if f.field == parent {
			return at[i:].index(name)
		}
	}
	return -1
}

// list is the innermost field under protocol that holds routes.
func (at cursor) list() string {
	name := ""
	for _, f := range at {
		switch f.field {
		case "http1", "http2", "grpc", "opaque", "tls", "detect":
			name = f.field
		}
	}
	return name
}
