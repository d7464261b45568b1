package show

import (
	"cmp"
	"fmt"
	"strings"

	"routec.dev/routec/ir"
)

// distribution prints backends with the share that each gets while all are available.
func (p *printer) distribution(depth int, d ir.Distribution) {
	if d.Kind == ir.NoBackends {
		p.line(depth, "→ nothing")
		return
	}
	for i, b := range d.Backends {
		p.line(depth, "→ %8s  %s", Share(d, i), backend(b))
		for _, f := range b.Filters {
			p.line(depth+2, "%s", filter(f))
		}
	}
}

// Share returns the part of requests that a backend gets while all are available, such as
// "0.08 %" (spec/matching.md §4).
func Share(d ir.Distribution, i int) string {
	if d.Kind != ir.RandomAvailable || len(d.Backends) == 1 {
		if i == 0 {
			return "100 %"
		}
		return "0 %"
	}
	var sum uint64
	for _, b := range d.Backends {
		sum += uint64(b.Weight)
	}
	if sum == 0 {
		return "panics"
	}
	return Percent(uint64(d.Backends[i].Weight), sum)
}

// Percent returns part/whole in percent with at most two decimals. What is not all or
// nothing is never shown as such.
func Percent(part, whole uint64) string {
	switch hundredths := (part*10000 + whole/2) / whole; {
	case part == 0:
		return "0 %"
	case part == whole:
		return "100 %"
	case hundredths == 0:
		return "<0.01 %"
	case hundredths == 10000:
		return ">99.99 %"
	case hundredths%100 == 0:
		return fmt.Sprintf("%d %%", hundredths/100)
	default:
		return fmt.Sprintf("%d.%02d %%", hundredths/100, hundredths%100)
	}
}

func backend(b ir.Weighted) string {
	switch b.Kind {
	case ir.Balancer:
		return b.Meta.String()
	case ir.Forward:
		if b.Addr.IsValid() {
			return "the address " + b.Addr.String()
		}
		return "the original destination"
	}
	return b.Meta.String() + " (cannot be reached)"
}

func filter(f ir.Filter) string {
	switch f := f.(type) {
	case ir.ModifyHeaders:
		return modification(f)
	case ir.Redirect:
		return redirect(f)
	case ir.FailHTTP:
		return fmt.Sprintf("answers %d: %s", f.Status, f.Message)
	case ir.FailGRPC:
		return fmt.Sprintf("answers gRPC code %d: %s", f.Code, f.Message)
	case ir.Invalid:
		return "fails the connection: " + f.Message
	case ir.Forbidden:
		return "refuses the connection"
	case ir.Empty:
		return "a filter without content, which the proxy refuses"
	}
	panic(fmt.Sprintf("show: unknown filter %T", f))
}

func modification(f ir.ModifyHeaders) string {
	of := "request"
	if f.Response {
		of = "response"
	}
	var parts []string
	for _, h := range f.Add {
		parts = append(parts, fmt.Sprintf("add %s: %q", h.Name, h.Value))
	}
	for _, h := range f.Set {
		parts = append(parts, fmt.Sprintf("set %s: %q", h.Name, h.Value))
	}
	for _, name := range f.Remove {
		parts = append(parts, "remove "+name)
	}
	return of + " headers: " + cmp.Or(strings.Join(parts, ", "), "unchanged")
}

func redirect(f ir.Redirect) string {
	text := fmt.Sprintf("redirects with %d to %s://%s", f.Status, cmp.Or(f.Scheme, "<scheme>"), cmp.Or(f.Host, "<host>"))
	if f.Port != 0 {
		text += fmt.Sprintf(":%d", f.Port)
	}
	switch f.Path.Kind {
	case ir.ReplaceFull:
		return text + f.Path.Value
	case ir.ReplacePrefix:
		return text + f.Path.Value + "<rest of the path>"
	}
	return text + "<path>"
}
