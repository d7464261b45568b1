package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
)

// A row is what the summary says of a namespace.
type row struct {
	namespace                     string
	services, networks, workloads int
	tables, decided               int
	accepted, rejected            int // route × parentRef
}

// mostRows bounds the rows of a summary.
const mostRows = 40

// summarize prints what was made of the sources, a table for each cluster.
func summarize(w io.Writer, result *compile.Result, dir string) error {
	out := bufio.NewWriter(w)
	for i, c := range result.Clusters {
		if i > 0 {
			fmt.Fprintln(out)
		}
		summarizeCluster(out, c)
		if c.Bundle != nil {
			fmt.Fprintf(out, "\nbundle %s: %s in text, sha256 %s\n", dir, count(c.Bundle.Texts, "table"), c.Bundle.Digest)
		}
	}
	fmt.Fprintln(out, "\n"+tallyFindings(result.Findings()))
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print summary: %w", err)
	}
	return nil
}

func summarizeCluster(out io.Writer, c *compile.Cluster) {
	fmt.Fprintf(out, "mesh %s: %s accepted, %d refused; %d of other kinds, %s that are no Kubernetes objects\n\n",
		c.Mesh.Name, count(c.Counts.Accepted, "object"), c.Counts.Refused, c.Counts.Others(), count(c.Counts.NotObjects, "document"))
	rows := rows(c.Program)
	if len(rows) == 0 {
		fmt.Fprintln(out, "no Service, EgressNetwork or meshed workload, so no table")
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(rows) > 0 {
		fmt.Fprintln(t, "NAMESPACE\tSERVICES\tNETWORKS\tWORKLOADS\tTABLES\tDECIDED\tROUTES ACCEPTED\tNOT ACCEPTED")
	}
	for i, r := range rows {
		if i == mostRows {
			fmt.Fprintf(t, "… and %s more\n", count(len(rows)-mostRows, "namespace"))
			break
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", r.namespace, r.services, r.networks, r.workloads, r.tables, r.decided, r.accepted, r.rejected)
	}
	t.Flush()
	summarizeGovernance(out, c.Program)
	if n := len(c.Refused); n > 0 {
		fmt.Fprintf(out, "\n%s would be refused by the proxy:\n", count(n, "table"))
		var keys []string
		for k, why := range c.Refused {
			keys = append(keys, fmt.Sprintf("  %s: %s", k, why))
		}
		slices.Sort(keys)
		for _, k := range keys {
			fmt.Fprintln(out, k)
		}
	}
}

// rows counts by namespace.
func rows(p *ir.Program) []row {
	by := map[string]*row{}
	at := func(namespace string) *row {
		if by[namespace] == nil {
			by[namespace] = &row{namespace: namespace}
		}
		return by[namespace]
	}
	for i := range p.Targets {
		t := &p.Targets[i]
		r := at(t.Ref.Namespace)
		if t.Ref.Kind == "EgressNetwork" {
			r.networks++
		} else {
			r.services++
		}
		for _, o := range t.Tables {
			r.table(o.DecidedBy)
		}
		for _, o := range t.Others {
			r.table(o.DecidedBy)
		}
		for _, o := range t.Profiles {
			r.table(o.DecidedBy)
		}
	}
	for i := range p.Workloads {
		w := &p.Workloads[i]
		r := at(w.Ref.Namespace)
		r.workloads++
		for _, o := range w.Tables {
			r.table(o.DecidedBy)
		}
		for _, o := range w.Others {
			r.table(o.Table.DecidedBy)
		}
	}
	for _, s := range p.Statuses {
		for _, parent := range s.Parents {
			if parent.Conditions[0].Status {
				at(s.Object.Namespace).accepted++
			} else {
				at(s.Object.Namespace).rejected++
			}
		}
	}
	var out []row
	for _, r := range by {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b row) int { return cmp.Compare(a.namespace, b.namespace) })
	return out
}

func (r *row) table(by []ir.Origin) {
	r.tables++
	if len(by) > 0 {
		r.decided++
	}
}

func tallyFindings(r *diag.Report) string {
	if r.Len() == 0 {
		return "no findings"
	}
	text := "findings:"
	for s := diag.Hazard; s >= diag.Info; s-- {
		if n := r.Count(s); n > 0 {
			text += " " + count(n, s.String())
		}
	}
	return text
}

// count writes a number with its noun, in the plural where that is due.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if noun != "info" {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
