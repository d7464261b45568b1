package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/diag"
)

func codesCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:     "codes [CODE...]",
		Short:   "Say what a diagnostic means, with a broken and a mended example",
		Example: "  routec codes\n  routec codes RC2007",
		Args:    usageArgs(cobra.ArbitraryArgs),

		ValidArgsFunction: completeCodes,
		RunE: func(_ *cobra.Command, args []string) error {
			entries, err := diag.Entries()
			if err != nil {
				return err
			}
			out := bufio.NewWriter(std.out)
			if len(args) == 0 {
				for _, e := range entries {
					fmt.Fprintf(out, "%s  %-7s  %s\n", e.Code, e.Severity, e.Title)
				}
				return out.Flush()
			}
			for i, code := range args {
				e, ok := entry(entries, code)
				if !ok {
					return usageError{fmt.Errorf("there is no code %s; 'routec codes' lists them all", code)}
				}
				if i > 0 {
					fmt.Fprintln(out)
				}
				fmt.Fprintf(out, "%s: %s (%s)\n\n%s\n\n", e.Code, e.Title, e.Severity, e.Why)
				if e.Help != "" {
					fmt.Fprintf(out, "Next step: %s\n\n", e.Help)
				}
				fmt.Fprintf(out, "Broken:\n\n%s\nMended:\n\n%s", indent(e.Broken), indent(e.Fixed))
			}
			return out.Flush()
		},
	}
}

func entry(entries []diag.Entry, code string) (diag.Entry, bool) {
	for _, e := range entries {
		if strings.EqualFold(string(e.Code), code) {
			return e, true
		}
	}
	return diag.Entry{}, false
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}
