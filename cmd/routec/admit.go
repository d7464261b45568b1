package main

import (
	"bufio"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
)

func admitCommand(std streams) *cobra.Command {
	var f sourceFlags
	var output string
	cmd := &cobra.Command{
		Use:   "admit [SOURCE...]",
		Short: "Print each object as the cluster would store it, or why it would not",
		Long: `Admit is 'kubectl apply --dry-run=server' without a server: schemas, defaults, validation
rules and Linkerd's webhooks. With --admission permit the webhooks refuse nothing.

Exit code 2 says that an object is refused. JSON is one object a line, with the spec as it
would be stored, or with the causes.`,
		Example: `  routec admit apps
  kustomize build apps | routec admit -o json -
  routec admit --crds crds apps`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := map[string]func(*bufio.Writer, *compile.Result, compile.Verdict) error{"json": admitJSON, "text": admitText}[output]
			if !ok {
				return usageError{fmt.Errorf("--output is text or json, not %q", output)}
			}
			result, err := f.decide(cmd.Context(), std, args, func(o *compile.Options) { o.Verdicts = true })
			if err != nil {
				return err
			}
			out := bufio.NewWriter(std.out)
			refused := false
			for _, c := range result.Clusters {
				for _, v := range c.Verdicts {
					refused = refused || !v.Accepted()
					if err := write(out, result, v); err != nil {
						return err
					}
				}
			}
			if err := out.Flush(); err != nil {
				return fmt.Errorf("write: %w", err)
			}
			if refused {
				return exit(exitFindings)
			}
			return nil
		},
	}
	f.bind(cmd)
	cmd.Flags().StringVarP(&output, "output", "o", "text", "`FORMAT`: text or json")
	choices(cmd, "output", "text", "json")
	return cmd
}

// An admission is one line of JSON (README, "Machine doors").
type admission struct {
	Object  string  `json:"object"`
	File    string  `json:"file,omitempty"`
	Line    int     `json:"line,omitempty"`
	Verdict string  `json:"verdict"`
	Status  int     `json:"status,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Message string  `json:"message,omitempty"`
	Causes  []cause `json:"causes,omitempty"`
	Spec    any     `json:"spec,omitempty"`
	Denial  string  `json:"denial,omitempty"` // what a webhook would have said, under --admission permit
}

type cause struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Reason  string `json:"reason,omitempty"`
	Code    string `json:"code"`
}

func admitJSON(out *bufio.Writer, result *compile.Result, v compile.Verdict) error {
	pos, _ := result.Texts.Locate(v.Object.Place)
	a := admission{Object: v.Object.Identity.String(), File: pos.File, Line: pos.Line, Verdict: "accept", Spec: v.Object.Content["spec"]}
	if v.Denial != nil {
		a.Denial = v.Denial.Message
	}
	if r := v.Refusal; r != nil {
		a.Verdict, a.Status, a.Reason, a.Message, a.Spec = "reject", r.Status, r.Reason, r.Message, nil
		for _, c := range r.Causes {
			a.Causes = append(a.Causes, cause{c.Field, c.Message, string(c.Reason), string(c.Code)})
		}
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(a)
}

func admitText(out *bufio.Writer, result *compile.Result, v compile.Verdict) error {
	pos, _ := result.Texts.Locate(v.Object.Place)
	if v.Accepted() {
		fmt.Fprintf(out, "accept  %s  %s\n", v.Object.Identity, pos)
		return nil
	}
	fmt.Fprintf(out, "reject  %s  %s\n        %s\n", v.Object.Identity, pos, v.Refusal.Message)
	return nil
}
