package golden

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/emit/status"
	"routec.dev/routec/ir"
)

// TestOutboundSpec asks the queries of the cases in cases/outbound, which are the rows of
// spec/outbound.md §11: what clients of a namespace get for an authority or an address, and
// what the policy controller writes as status. A query is one line:
//
//	AUTHORITY as NAMESPACE        the table, as text
//	IP:PORT as NAMESPACE          the same, by address
//	wire TARGET as NAMESPACE      the message that is served for it
//	status                        what is written on routes and EgressNetworks
//	permit                        not a query: webhooks are bypassed
func TestOutboundSpec(t *testing.T) {
	names, err := filepath.Glob("cases/outbound/*.txt")
	if err != nil || len(names) < 100 {
		t.Fatalf("%d cases (%v)", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := parseCase(string(text))
			if strings.TrimSpace(c.comment) == "" {
				t.Error("a case begins with what it shows")
			}
			manifests, queries, want := c.section("manifests.yaml"), c.section("queries"), c.section("want")
			got := asked(t, *manifests, *queries)
			switch {
			case got == "":
				t.Error("a case asks something")
			case got == *want:
			case *update:
				text := fmt.Sprintf("%s-- manifests.yaml --\n%s-- queries --\n%s-- want --\n%s", c.comment, *manifests, *queries, got)
				if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Fatal("rewritten")
			default:
				t.Errorf("got:\n%s\nwant:\n%s", got, *want)
			}
		})
	}
}

// section returns the text of a section; empty where there is none.
func (c *goldenCase) section(name string) *string {
	for i := range c.files {
		if c.files[i].name == name {
			return &c.files[i].text
		}
	}
	return new(string)
}

// asked compiles manifests and returns every query with its answer.
func asked(t *testing.T, manifests, queries string) string {
	t.Helper()
	admission := manifest.Enforce
	var list []string
	for line := range strings.Lines(queries) {
		switch line = strings.TrimSpace(line); line {
		case "":
		case "permit":
			admission = manifest.Permit
		default:
			list = append(list, line)
		}
	}
	set := source.Set{source.Memory("manifests.yaml", []source.File{{Name: "manifests.yaml", Text: []byte(manifests)}})}
	result, err := compile.Decide(t.Context(), set, compile.Options{Admission: admission, Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, q := range list {
		fmt.Fprintf(&b, "> %s\n%s", q, answered(t, result.Clusters[0].Program, q))
	}
	return b.String()
}

func answered(t *testing.T, p *ir.Program, query string) string {
	t.Helper()
	if query == "status" {
		return statuses(p)
	}
	query, wire := strings.CutPrefix(query, "wire ")
	target, client, ok := strings.Cut(query, " as ")
	if !ok {
		t.Fatalf("a query is TARGET as NAMESPACE, not %q", query)
	}
	table, err := lookedUp(p, target, client)
	if err != nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	if wire {
		text, err := render.YAML(outbound.Policy(table))
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	} else if err := ir.FprintOutbound(&b, &table); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func lookedUp(p *ir.Program, target, client string) (ir.Outbound, error) {
	if addr, err := netip.ParseAddrPort(target); err == nil {
		return p.OutboundAddr(addr, client)
	}
	return p.OutboundName(target, client)
}

// statuses lists what is written on each object, one condition a line.
func statuses(p *ir.Program) string {
	var b strings.Builder
	conditions := func(of string, list []status.Condition) {
		for _, c := range list {
			fmt.Fprintf(&b, "%s %s=%s %s %q\n", of, c.Type, c.Status, c.Reason, c.Message)
		}
	}
	for _, s := range p.Statuses {
		written := status.Of(s)
		if written == nil {
			fmt.Fprintln(&b, s.Object, "nothing")
			continue
		}
		conditions(s.Object.String(), written.Conditions)
		for _, parent := range written.Parents {
			at := fmt.Sprintf("%s at %s %s/%s", s.Object, parent.ParentRef.Kind, parent.ParentRef.Namespace, parent.ParentRef.Name)
			if parent.ParentRef.Port != nil {
				at += fmt.Sprint(":", *parent.ParentRef.Port)
			}
			conditions(at, parent.Conditions)
		}
	}
	return b.String()
}
