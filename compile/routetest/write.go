package routetest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
)

// Write writes a RouteTest with a test for each question that was found, and says in comments
// for which parts there is none. The tests expect what the manifests say now: whether that is
// what they should say is for their reader to judge.
func Write(w io.Writer, name string, findings []cover.Finding, where Where) error {
	out := &writer{bufio.NewWriter(w)}
	found := 0
	for i := range findings {
		if findings[i].Question != nil {
			found++
		}
	}
	if found > 0 {
		out.line("# Written by 'routec test --generate': these tests expect what the manifests say now. Keep what is meant.")
		out.line("apiVersion: routec.dev/%s\nkind: RouteTest\nmetadata:\n  name: %s\nspec:\n  tests:", version, name)
	}
	for i := range findings {
		if f := &findings[i]; f.Question != nil {
			out.test(f, where)
		}
	}
	var hidden *cover.Part // a rule: what is inside of it is not said again
	for i := range findings {
		f := &findings[i]
		if f.Question != nil || hidden != nil && f.Part.Object == hidden.Object && f.Part.Rule == hidden.Rule {
			continue
		}
		out.missing(f, where)
		if f.Part.Kind == cover.Rule {
			hidden = f.Part
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write tests: %w", err)
	}
	return nil
}

type writer struct{ *bufio.Writer }

func (w *writer) line(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// quote writes a text as YAML in double quotes.
func quote(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic("routetest: a text is always JSON: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// partName names a part in the words of its manifest.
func partName(p *cover.Part) string {
	name := fmt.Sprintf("%s %s/%s", p.Object.Kind, p.Object.Namespace, p.Object.Name)
	if p.Field != "" {
		name += " " + p.Field
	}
	return name
}

// missing says why there is no test for a part.
func (w *writer) missing(f *cover.Finding, where Where) {
	w.line("# %s (%s)", partName(f.Part), where(f.Part.Place))
	switch {
	case f.Open != "":
		w.line("#   not decided whether any request reaches this %s: %s", f.Part.Kind, f.Open)
		return
	case len(f.Hidden) == 0:
		w.line("#   no request reaches this %s: none can be sent that meets its conditions", f.Part.Kind)
		return
	}
	w.line("#   no request reaches this %s: each that meets its conditions goes to", f.Part.Kind)
	for _, h := range f.Hidden {
		text := h.Name
		if at := where(h.Place); at != "" {
			text += " (" + at + ")"
		}
		w.line("#     %s", text)
	}
}

func (w *writer) test(f *cover.Finding, where Where) {
	q := f.Question
	w.line("  # %s", where(f.Part.Place))
	w.line("  - name: %s", quote("reaches "+partName(f.Part)))
	if f.Server != nil {
		w.visitor(&q.Client)
	} else {
		w.line("    from: %s", quote(q.From))
	}
	w.line("    request:")
	switch {
	case f.Server != nil:
		field := "workload"
		if q.Workload.External {
			field = "externalWorkload"
		}
		w.line("      %s: %s\n      port: %d", field, quote(q.Workload.String()), q.Port)
	case q.To != nil:
		w.line("      to: %s", quote(address(q.To)))
	}
	w.call(q)
	w.line("    expect:")
	if f.Server != nil {
		w.admission(f)
		return
	}
	w.answer(&f.Answer)
}

func address(d *eval.Destination) string {
	if strings.Contains(d.Host, ":") {
		return fmt.Sprintf("[%s]:%d", d.Host, d.Port)
	}
	return fmt.Sprintf("%s:%d", d.Host, d.Port)
}

func (w *writer) visitor(c *eval.Client) {
	w.line("    from:\n      ip: %s", quote(c.IP.String()))
	switch {
	case c.Identity != "":
		w.line("      identity: %s", quote(c.Identity))
	case c.Meshed:
		w.line("      meshed: true")
	}
}

func (w *writer) call(q *cover.Question) {
	switch {
	case q.Connection && q.ServerName != "":
		w.line("      protocol: tls\n      serverName: %s", quote(q.ServerName))
		return
	case q.Connection:
		w.line("      protocol: opaque")
		return
	}
	w.line("      method: %s\n      url: %s", quote(q.Call.Method), quote(q.Call.URL))
	if q.Call.Version == eval.HTTP2 {
		w.line("      protocol: http2")
	}
	if len(q.Call.Headers) == 0 {
		return
	}
	w.line("      headers:")
	var order []string
	values := map[string][]string{}
	for _, h := range q.Call.Headers {
		if values[h.Name] == nil {
			order = append(order, h.Name)
		}
		values[h.Name] = append(values[h.Name], quote(h.Value))
	}
	for _, name := range order {
		if v := values[name]; len(v) == 1 {
			w.line("        %s: %s", quote(name), v[0])
		} else {
			w.line("        %s: [%s]", quote(name), strings.Join(v, ", "))
		}
	}
}

func (w *writer) admission(f *cover.Finding) {
	a := &f.Admitted
	w.line("      allowed: %t", a.Permit != nil)
	if a.Permit != nil {
		name := PermitText(a.Permit)
		if ref := permitRef(a.Permit); ref.Name != "" {
			name = ref.Namespace + "/" + ref.Name
			if ref.Namespace == "" {
				name = ref.Name
			}
		}
		w.line("      authorization: %s", quote(name))
	}
	if a.Found {
		w.winner(f.Server.Route(a.Winner), a.Winner.Rule)
	}
	if a.Filters.Reply != nil && a.Filters.Reply.Status != 0 {
		w.line("      status: %d", a.Filters.Reply.Status)
	}
}

func (w *writer) winner(r *ir.Route, rule int) {
	name, ref := cover.Name(r)
	if r.Meta.Default == "" && ref.Namespace != "" {
		name = ref.Namespace + "/" + ref.Name
	}
	w.line("      route: %s\n      rule: %d", quote(name), rule)
}

func (w *writer) answer(a *eval.Answer) {
	switch {
	case a.Chosen != nil && a.Chosen.Route >= 0:
		w.line("      governedBy: ServiceProfile\n      rule: %d", a.Chosen.Route)
	case a.Chosen != nil:
		w.line("      governedBy: ServiceProfile")
	case a.Verdict != nil && a.Verdict.Found:
		w.winner(&cover.Routes(a)[a.Verdict.Winner.Route], a.Verdict.Winner.Rule)
	}
	exits := exitsOf(a)
	reply, _ := replyOf(a, exits)
	switch {
	case reply != nil && reply.Status == 0:
		w.line("      fails: true")
	case reply != nil && reply.GRPC >= 0:
		w.line("      grpcStatus: %d", reply.GRPC)
	case reply != nil:
		w.line("      status: %d", reply.Status)
		if reply.Location != "" {
			w.line("      location: %s", quote(reply.Location))
		}
	}
	w.exits(exits)
}

// exits writes the backends. One that is listed twice in a rule is said once.
func (w *writer) exits(exits []exit) {
	begun := false
	seen := map[string]bool{}
	for i := range exits {
		x := &exits[i]
		field := map[string]string{"Service": "service", "EgressNetwork": "egressNetwork"}[x.ref.Kind]
		key := fmt.Sprint(x.ref, x.port)
		if field == "" || seen[key] {
			continue
		}
		seen[key] = true
		share := sharesOf(exits, x)
		if !begun {
			w.line("      backends:")
			begun = true
		}
		w.line("      - %s: %s\n        namespace: %s", field, quote(x.ref.Name), quote(x.ref.Namespace))
		if x.port != 0 {
			w.line("        port: %d", x.port)
		}
		w.line("        share: %s", quote(share))
	}
}

// sharesOf sums the shares of one backend.
func sharesOf(exits []exit, of *exit) string {
	sum := new(big.Rat)
	for i := range exits {
		if exits[i].ref == of.ref && exits[i].port == of.port {
			sum.Add(sum, exits[i].share)
		}
	}
	if text := SharePercent(sum); !strings.Contains(text, "(") {
		return strings.ReplaceAll(text, " ", "")
	}
	return sum.String()
}
