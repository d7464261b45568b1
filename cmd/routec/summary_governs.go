package main

import (
	"fmt"
	"io"

	"routec.dev/routec/ir"
)

// summarizeGovernance prints the ports on which proxies obey a ServiceProfile instead of the
// outbound table, or neither, and the routes that have no say for it.
func summarizeGovernance(out io.Writer, p *ir.Program) {
	var lines []string
	for i := range p.Targets {
		t := &p.Targets[i]
		for _, g := range t.Governs {
			if g.HTTP >= ir.ByProfile || g.Opaque >= ir.ByProfile || g.TLS >= ir.ByProfile {
				lines = append(lines, governance(t.Ref, g))
			}
		}
	}
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s not governed by routes:\n", count(len(lines), "port"))
	for i, line := range lines {
		if i == mostRows {
			fmt.Fprintf(out, "  … and %d more\n", len(lines)-mostRows)
			break
		}
		fmt.Fprintln(out, "  "+line)
	}
}

func governance(target ir.Ref, g ir.Governs) string {
	text := fmt.Sprintf("%s:%d", target, g.Port)
	if g.Client != "" {
		text += " for clients in " + g.Client
	}
	if g.Profile.Name != "" {
		text += ": by " + g.Profile.String()
	}
	if g.HTTP == ir.ByNobody || g.Opaque == ir.ByNobody || g.TLS == ir.ByNobody {
		text += ", connections fail: " + g.Reason.String()
	}
	for i, r := range g.Masked {
		text += [...]string{", masks ", ", "}[min(i, 1)] + r.String()
	}
	return text
}
