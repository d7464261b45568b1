package profile

import (
	"fmt"
	"slices"
	"strconv"

	"routec.dev/routec/ir"
)

// cells are ports and clients that a finding concerns, in their order.
type cells struct {
	ports, clients []string
	seen           map[string]bool // of both
	split          bool            // some of them split traffic among overrides
}

func (c *cells) add(t *ir.Target, g *ir.Governs) {
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	who := "clients in " + g.Client
	if g.Client == "" {
		who = "all clients"
	}
	for _, word := range []struct {
		text string
		list *[]string
	}{{strconv.Itoa(int(g.Port)), &c.ports}, {who, &c.clients}} {
		if !c.seen[word.text] {
			c.seen[word.text] = true
			*word.list = append(*word.list, word.text)
		}
	}
	if p := t.ProfileFor(g.Port, g.Client); p != nil && len(p.UsableOverrides()) > 0 {
		c.split = true
	}
}

func (c *cells) where(t *ir.Target) string {
	return fmt.Sprintf("%s/%s on port%s %s", t.Ref.Namespace, t.Ref.Name, plural(len(c.ports)), few(c.ports))
}

// who names the clients; where some have tables of their own, "all clients" are the others.
func (c *cells) who(t *ir.Target) string {
	clients := slices.Clone(c.clients)
	if clients[0] == "all clients" && slices.ContainsFunc(t.Governs, func(g ir.Governs) bool { return g.Client != "" }) {
		clients[0] = "clients in all other namespaces"
		if len(clients) > 1 {
			clients = append(clients[1:], clients[0])
		}
	}
	return few(clients)
}

// destination says where requests go that a ServiceProfile governs.
func (c *cells) destination() string {
	if c.split {
		return "the ServiceProfile's dstOverrides"
	}
	return "the Service itself"
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// grouped collects cells by a key, in the order in which keys come up.
type grouped[K comparable] struct {
	keys []K
	of   map[K]*cells
}

func (g *grouped[K]) at(key K) *cells {
	if g.of == nil {
		g.of = map[K]*cells{}
	}
	if g.of[key] == nil {
		g.of[key] = &cells{}
		g.keys = append(g.keys, key)
	}
	return g.of[key]
}
