package main

import (
	"bufio"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/emit/status"
	"routec.dev/routec/ir"
)

func statusCommand(std streams) *cobra.Command {
	var f sourceFlags
	var output string
	cmd := &cobra.Command{
		Use:   "status [SOURCE...]",
		Short: "Print the status that the policy controller would write on each object",
		Long: `Status prints, of each route and policy resource, the conditions that the policy controller
would write into it: per parentRef whether it is accepted, and why not. JSON is one object a
line, with null where nothing is written.`,
		Example: `  routec status
  routec status clusters/prod -o json`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := map[string]func(*bufio.Writer, ir.Status) error{"json": statusJSON, "text": statusText}[output]
			if !ok {
				return usageError{fmt.Errorf("--output is text or json, not %q", output)}
			}
			result, err := f.decide(cmd.Context(), std, args, nil)
			if err != nil {
				return err
			}
			out := bufio.NewWriter(std.out)
			for _, c := range result.Clusters {
				for _, s := range c.Program.Statuses {
					if err := write(out, s); err != nil {
						return err
					}
				}
			}
			return out.Flush()
		},
	}
	f.bind(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	choices(cmd, "output", "text", "json")
	return cmd
}

// statusJSON writes {"object":"…","status":{…}}, with null where none is written.
func statusJSON(out *bufio.Writer, s ir.Status) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Object string         `json:"object"`
		Status *status.Status `json:"status"`
	}{manifest.Named(s.Object).String(), status.Of(s)})
}

func statusText(out *bufio.Writer, s ir.Status) error {
	fmt.Fprintln(out, manifest.Named(s.Object).String())
	if status.Of(s) == nil {
		fmt.Fprintln(out, "  no status: no parentRef names a Service, EgressNetwork or Server that Linkerd serves")
		return nil
	}
	for _, p := range s.Parents {
		at := p.Parent.String()
		if p.HasPort {
			at = fmt.Sprintf("%s:%d", at, p.Port)
		}
		fmt.Fprintf(out, "  %s\n", at)
		conditions(out, "    ", p.Conditions)
	}
	conditions(out, "  ", s.Conditions)
	return nil
}

func conditions(out *bufio.Writer, indent string, list []ir.Condition) {
	for _, c := range list {
		fmt.Fprintf(out, "%s%-12s %-5t %s", indent, c.Type, c.Status, c.Reason)
		if c.Message != "" {
			fmt.Fprintf(out, ": %s", c.Message)
		}
		fmt.Fprintln(out)
	}
}
