package review

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
	md "routec.dev/routec/ir/markdown"
	"routec.dev/routec/ir/sample"
)

func comment(t *testing.T, c *delta.Changes, budget int) string {
	t.Helper()
	var out bytes.Buffer
	if err := Markdown(&out, c, "prod", "`routec diff` shows all of them.", budget); err != nil {
		t.Fatal(err)
	}
	if out.Len() > budget {
		t.Errorf("%d bytes, and the budget is %d", out.Len(), budget)
	}
	return out.String()
}

// of is a program of one table of smiley.
func of(tables ...ir.Outbound) *ir.Program {
	return &ir.Program{Targets: []ir.Target{{Ref: service("smiley"), Ports: []uint16{80}, Tables: tables}}}
}

func inbound(in ir.Inbound) *ir.Program {
	return &ir.Program{Workloads: []ir.Workload{{Ref: ir.Ref{Group: "apps", Kind: "Deployment", Namespace: "faces", Name: "smiley"}, Tables: []ir.Inbound{in}}}}
}

func accepted(yes bool) *ir.Program {
	ref := ir.Ref{Group: "gateway.networking.k8s.io", Kind: "HTTPRoute", Namespace: "faces", Name: "split"}
	return &ir.Program{Statuses: []ir.Status{{Object: ref, Parents: []ir.ParentStatus{{
		Parent: service("smiley"), Conditions: []ir.Condition{{Type: "Accepted", Status: yes, Reason: "Accepted"}},
	}}}}}
}

// hostile names what would be markup, a mention, a link, the end of a block or of a comment.
const hostile = "x</code></summary></details> --> <script>alert(1)</script> @octocat #1 [y](https://example.org) ![z](https://example.org/z.png) `a` ````b```` |c| \r\n\n# forged\n```\n\u202ereversed"

// Each danger and each shape of a page is a golden file.
func TestMarkdown(t *testing.T) {
	one := func(weight uint32, name string) ir.Weighted {
		return ir.Weighted{Weight: weight, Backend: to(name, 80)}
	}
	both := of(table(80, rule("/a", split(one(1, "smiley"), one(1, "smiley2"))), rule("/b", split(one(1, "smiley")))))
	evil := table(80, rule(hostile, split(one(1, "smiley"))))
	evil.Routes[0].Meta.Ref.Name = hostile
	evil.Client = hostile
	many := &ir.Program{}
	for i := range 400 {
		name := fmt.Sprintf("smiley-%03d", i)
		o := table(80, rule("/a", split(one(1, name))))
		o.Meta.Ref = service(name)
		many.Targets = append(many.Targets, ir.Target{Ref: service(name), Ports: []uint16{80}, Tables: []ir.Outbound{o}})
	}
	old, new := programs()
	for _, tc := range []struct {
		name     string
		old, new *ir.Program
		budget   int
	}{
		{"unchanged", old, old, DefaultBudget},
		{"added", &ir.Program{}, both, DefaultBudget},
		{"removed", both, &ir.Program{}, DefaultBudget},
		{"changed", old, new, DefaultBudget},
		{"truncated", &ir.Program{}, many, 6000},
		{"tight", many, &ir.Program{}, LeastBudget},
		{"hostile", of(table(80)), of(table(80), evil), DefaultBudget},
		{"traffic-lost", both, of(table(80, rule("/a", split(one(0, "smiley"), one(0, "smiley2"))), rule("/b", split(one(1, "smiley"))))), DefaultBudget},
		{"route-gone", both, of(table(80, rule("/a", split(one(1, "smiley"), one(1, "smiley2"))))), DefaultBudget},
		{"backend-gone", both, of(table(80, rule("/a", split(one(1, "smiley"))), rule("/b", split(one(1, "smiley"))))), DefaultBudget},
		{"widened", inbound(server(ir.Clients{Kind: ir.MeshedTLS}, "10.0.0.0/8")), inbound(server(ir.Clients{}, "10.0.0.0/8")), DefaultBudget},
		{"masked", accepted(true), accepted(false), DefaultBudget},
	} {
		got := comment(t, delta.Compare(tc.old, tc.new), tc.budget)
		golden(t, "markdown-"+tc.name+".md", []byte(got))
		checkPage(t, tc.name, got)
	}
}

// A table that the proxy refuses is the worst there is, though nothing changed in it.
func TestRefused(t *testing.T) {
	old, new := programs()
	_, dangers := Sections("mesh prod: ", delta.Compare(old, new), Refusal{"outbound/faces/smiley:80", "@octocat\nregex"})
	if len(dangers) == 0 || dangers[0].Text != `mesh prod: traffic lost: outbound/faces/smiley:80: the proxy refuses the whole table: @octocat\nregex` {
		t.Errorf("%q", dangers)
	}
}

// checkPage demands that a page is whole, and that nothing but what this package writes
// stands outside of code.
func checkPage(t *testing.T, name, page string) {
	t.Helper()
	fence, open := "", 0
	for i, line := range strings.Split(page, "\n") {
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			}
			continue
		case strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(line, "diff")
			continue
		case i == 0:
			continue // the marker
		case strings.HasPrefix(line, "<details>"):
			open++
		case line == "</details>":
			open--
		}
		if bare := outsideCode(line); strings.ContainsAny(bare, "@[]!") {
			t.Errorf("%s: %q is not in code: %s", name, bare, line)
		}
	}
	if fence != "" || open != 0 {
		t.Errorf("%s: a block or fold does not end:\n%s", name, page)
	}
}

// outsideCode is a line without its code spans and elements.
func outsideCode(line string) string {
	if before, rest, ok := strings.Cut(line, "<code>"); ok {
		inside, after, _ := strings.Cut(rest, "</code>")
		if strings.ContainsAny(inside, "<>") {
			return line
		}
		return before + after
	}
	for {
		start := strings.IndexByte(line, '`')
		if start < 0 {
			return line
		}
		n := len(line[start:]) - len(strings.TrimLeft(line[start:], "`"))
		rest, ticks := line[start+n:], strings.Repeat("`", n)
		end := -1
		for at := 0; at < len(rest); { // the first run of exactly n
			i := strings.IndexByte(rest[at:], '`')
			if i < 0 {
				break
			}
			at += i
			run := len(rest[at:]) - len(strings.TrimLeft(rest[at:], "`"))
			if run == n {
				end = at
				break
			}
			at += run
		}
		if end < 0 {
			return line + ticks
		}
		line = line[:start] + rest[end+n:]
	}
}

// Whatever the changes and the budget, a page keeps within it, and is whole.
func TestRandomPages(t *testing.T) {
	for seed := range uint64(60) {
		c := delta.Compare(sample.New(seed).Program(), sample.New(seed+1).Program())
		for _, budget := range []int{LeastBudget, 20000, DefaultBudget} {
			checkPage(t, fmt.Sprint(seed), comment(t, c, budget))
		}
	}
}

func FuzzPage(f *testing.F) {
	f.Add("title", "body", 5000)
	f.Add(hostile, hostile, 4096)
	f.Add("`", "``", 4096)
	f.Add(" ` ", "\\`", 70000)
	f.Fuzz(func(t *testing.T, title, body string, budget int) {
		p := Page{
			Name: title, Title: "fine", Summary: []string{"in " + md.Code(Shorten(title, 50))}, Dangers: []Warning{{delta.TrafficLost, ir.Printable(title)}},
			Sections: []Section{{Title: title, Body: body}, {Label: "label", Title: "small", Body: "small"}}, More: "`routec` shows it.",
		}
		var out bytes.Buffer
		if budget = max(budget%200000, LeastBudget); p.Write(&out, budget) != nil || out.Len() > budget {
			t.Fatalf("%d bytes of %d", out.Len(), budget)
		}
		checkPage(t, "fuzz", out.String())
	})
}

func TestMarker(t *testing.T) {
	for name, want := range map[string]string{
		"prod-eu": "prod-eu", "a,b": "a,b", "": "", "-->x": "%2D%2D%3Ex", "a--b": "a-%2Db", "é": "%C3%A9", "a b": "a%20b",
	} {
		if got := Marker(name); got != "<!-- routec-review "+want+" -->" {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func BenchmarkMarkdown(b *testing.B) {
	old, new := &ir.Program{}, &ir.Program{}
	for i := range 10000 {
		ref := service(fmt.Sprintf("smiley-%05d", i))
		for p, weight := range map[*ir.Program]uint32{old: 1, new: 2} {
			o := table(80, rule("/a", split(ir.Weighted{Weight: 1, Backend: to("a", 80)}, ir.Weighted{Weight: weight, Backend: to("b", 80)})))
			o.Meta.Ref = ref
			p.Targets = append(p.Targets, ir.Target{Ref: ref, Ports: []uint16{80}, Tables: []ir.Outbound{o}})
		}
	}
	c := delta.Compare(old, new)
	for b.Loop() {
		if err := Markdown(&bytes.Buffer{}, c, "prod", "", DefaultBudget); err != nil {
			b.Fatal(err)
		}
	}
}

// The worst danger comes first, whichever mesh it is of, and a budget that is too small is an
// error rather than a page with nothing on it.
func TestPageOrderAndBudget(t *testing.T) {
	p := Page{Name: "x", Title: "fine", Dangers: []Warning{{delta.Masked, "of eu"}, {delta.TrafficLost, "of us"}}}
	var out strings.Builder
	if err := p.Write(&out, 0); err != nil || !strings.Contains(out.String(), "! of us\n! of eu\n") {
		t.Errorf("%v: %s", err, out.String())
	}
	if err := p.Write(&out, LeastBudget-1); err == nil {
		t.Error("a budget that is too small is no error")
	}
}
