package delta

import (
	"strconv"

	"routec.dev/routec/ir"
)

// backends pairs backends by what they lead to.
func backends(old, new *ir.Distribution) (out []Change) {
	out = setting(out, "distribution", distribution(old), distribution(new))
	for _, p := range pairs(backendKeys(old.Backends), backendKeys(new.Backends)) {
		change := Change{Part: Backend}
		switch {
		case p.old < 0:
			b := &new.Backends[p.new]
			change.Op, change.Name = Added, b.Meta.String()
			change.Shares[1] = share(new, p.new)
			change.To = b.Backend.String()
		case p.new < 0:
			b := &old.Backends[p.old]
			change.Op, change.Name = Removed, b.Meta.String()
			change.Shares[0] = share(old, p.old)
			change.From = b.Backend.String()
			if takes(old, p.old) {
				change.Danger = BackendGone
			}
		default:
			a, b := &old.Backends[p.old], &new.Backends[p.new]
			change.Name = b.Meta.String()
			change.Shares = [2]Share{share(old, p.old), share(new, p.new)}
			change.Changes = backendChanges(&a.Backend, &b.Backend)
			if takes(old, p.old) && !takes(new, p.new) {
				change.Danger = BackendGone
			}
			if len(change.Changes) == 0 && a.Weight == b.Weight && !p.moved {
				continue
			}
			if p.moved {
				change.From, change.To = strconv.Itoa(p.old), strconv.Itoa(p.new)
				if len(change.Changes) == 0 && a.Weight == b.Weight {
					change.Op = Moved
				}
			}
		}
		out = append(out, change)
	}
	return out
}

func distribution(d *ir.Distribution) string {
	return [...]string{"no backends", "the first available", "by weight"}[d.Kind]
}

// share is the weight of a backend; zero in rules that do not weigh.
func share(d *ir.Distribution, i int) Share {
	if d.Kind != ir.RandomAvailable {
		return Share{}
	}
	s := Share{Weight: d.Backends[i].Weight}
	for _, b := range d.Backends {
		s.Total += uint64(b.Weight)
	}
	return s
}

// backendKeys are the whole backend with its weight, without it, and what it leads to.
func backendKeys(list []ir.Weighted) [][]string {
	out := make([][]string, len(list))
	for i, w := range list {
		filters := join(w.Backend.Filters, ir.FilterString)
		out[i] = []string{weightedText(w), w.Backend.String() + filters, w.Backend.Meta.String()}
	}
	return out
}

func backendChanges(old, new *ir.Backend) (out []Change) {
	if ir.EqualBackends(old, new) {
		return nil
	}
	out = setting(out, "destination", destination(old), destination(new))
	if old.Kind == ir.Balancer && new.Kind == ir.Balancer {
		out = setting(out, "load estimation", old.Load.String(), new.Load.String())
	}
	out = setting(out, "queue capacity", number(old.Queue.Capacity), number(new.Queue.Capacity))
	out = setting(out, "queue failfast", old.Queue.Failfast.String(), new.Queue.Failfast.String())
	return append(out, texts(Filter, old.Filters, new.Filters, ir.FilterString)...)
}

func number(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// destination says how a backend is reached.
func destination(b *ir.Backend) string {
	switch {
	case b.Kind == ir.Balancer:
		return b.Authority
	case b.Kind == ir.Forward && b.Addr.IsValid():
		return b.Addr.String()
	case b.Kind == ir.Forward:
		return "the original destination"
	}
	return "none"
}
