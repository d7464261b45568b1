// Package review renders the changes between two programs for people and for programs.
//
// It compares nothing: what changed is decided by ir/delta.
package review

import (
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// counts are how many of something were added, changed and removed.
type counts [4]int

func (n counts) total() int { return n[delta.Added] + n[delta.Changed] + n[delta.Removed] }

// of returns "2 tables: 1 added, 1 changed", or nothing for none.
func (n counts) of(what string) string {
	if n.total() == 0 {
		return ""
	}
	var parts []string
	for _, op := range []delta.Op{delta.Added, delta.Changed, delta.Removed} {
		if n[op] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[op], op))
		}
	}
	return plural(n.total(), what) + ": " + strings.Join(parts, ", ")
}

func plural(n int, what string) string {
	switch {
	case n == 1:
		return "1 " + what
	case strings.HasSuffix(what, "s"):
		return strconv.Itoa(n) + " " + what + "es"
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// Summary returns the changes in one line, such as "3 tables: 1 added, 2 changed; 1 status:
// 1 changed", or "no differences".
func Summary(c *delta.Changes) string {
	var tables, objects, statuses counts
	for _, t := range c.Tables {
		tables[t.Op]++
	}
	for _, o := range c.Objects {
		objects[o.Op]++
	}
	for _, s := range c.Statuses {
		statuses[s.Op]++
	}
	var parts []string
	if len(c.Settings) > 0 {
		parts = append(parts, plural(len(c.Settings), "setting")+" changed")
	}
	for _, s := range []string{objects.of("target or workload"), tables.of("table"), statuses.of("status")} {
		if s != "" {
			parts = append(parts, strings.Replace(s, "target or workloads", "targets or workloads", 1))
		}
	}
	if len(parts) == 0 {
		return "no differences"
	}
	return strings.Join(parts, "; ")
}

// Percent writes a backend's share: "90 %", "33.3 %", "0.08 %". Of no weight at all there is
// no share.
func Percent(s delta.Share) string {
	if s.Total == 0 {
		return "no share"
	}
	p := 100 * float64(s.Weight) / float64(s.Total)
	switch {
	case s.Weight != 0 && p < 0.01:
		return "< 0.01 %"
	case uint64(s.Weight) != s.Total && p > 99.99:
		return "> 99.99 %"
	}
	digits := 2
	if p >= 1 && p < 99 {
		digits = 1
	}
	text := strconv.FormatFloat(p, 'f', digits, 64)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".") + " %"
}

// where names the tables of one object that a group stands for: their ports and clients.
func where(tables []delta.Table) string {
	t := &tables[0]
	if t.Name != "" {
		return names[t.Name]
	}
	var ports, other []string
	for i := range tables {
		switch p := &tables[i]; {
		case p.Port != 0:
			ports = append(ports, strconv.Itoa(int(p.Port)))
		case p.Ports == "other":
			other = append(other, "every other port")
		case p.Ports == "opaque":
			other = append(other, "every other opaque port")
		default:
			other = append(other, "ports "+p.Ports)
		}
	}
	switch len(ports) {
	case 0:
	case 1:
		other = append([]string{"port " + ports[0]}, other...)
	default:
		other = append([]string{"ports " + strings.Join(ports, ", ")}, other...)
	}
	text := strings.Join(other, ", ")
	if t.Client != "" {
		text += ", for clients in " + t.Client
	}
	return text
}

// names are what the templates of no object stand for.
var names = map[string]string{
	"absent":         "any Service that does not exist",
	"absent-opaque":  "any Service that does not exist, on ports that are opaque by default",
	"undefined-port": "the address of any Service, with a port that it does not declare",
	"fallback":       "any address outside of the cluster that no EgressNetwork holds",
}

// title names what a group of tables is about.
func title(tables []delta.Table) string {
	t := &tables[0]
	side := ""
	switch t.Kind {
	case delta.Profile:
		side = " (profile)"
	case delta.Inbound:
		side = " (inbound)"
	}
	if t.Name != "" {
		text, ok := names[t.Name]
		if !ok {
			text = t.Name // an address
		}
		return text + side
	}
	return route(t.Object.String()) + ", " + where(tables) + side
}

// route names a route without what is obvious: the API group.
func route(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, ".gateway.networking.k8s.io ", " "), ".policy.linkerd.io ", " ")
}

// contents lists the objects that a new or gone table speaks of.
func contents(t *delta.Table) string {
	var list []string
	add := func(routes []ir.Route) {
		for i := range routes {
			if routes[i].Meta.Default == "" {
				list = append(list, route(routes[i].Meta.String()))
			}
		}
	}
	for _, o := range t.Outbound {
		if o != nil {
			add(o.Routes)
			add(o.OpaqueRoutes)
		}
	}
	for _, s := range t.Inbound {
		if s != nil {
			if s.Meta.Default == "" {
				list = append(list, route(s.Meta.String()))
			}
			add(s.Routes)
		}
	}
	for _, p := range t.Profile {
		if p != nil && p.Profiled() {
			list = append(list, p.ServiceProfile().String())
		}
	}
	if len(list) == 0 {
		return "only defaults"
	}
	return strings.Join(list, ", ")
}
