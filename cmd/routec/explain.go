package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"routec.dev/routec/emit/replay"
)

func explainCommand(std streams) *cobra.Command {
	var table, requests, output string
	var q question
	cmd := &cobra.Command{
		Use:   "explain [METHOD] URL [SOURCE...]",
		Short: "Say where a request goes, by which rule, and why not by another",
		Long: `Explain follows one request through the decisions of the proxies: which table governs, which
rule wins and what every other one lost by, the filters, timeouts and retries, and each
backend with its share; each with the place where it is written. With --to, it asks the
proxy of a workload whether it lets the client in.

With --table and --requests, it asks one frozen message where requests would go, whatever
produced it: a bundle, 'routec table', 'linkerd diagnostics policy -o json'. Requests are
JSON objects, one a line: {"method":"GET","uri":"http://web/","headers":[["x-user","a"]]}.
Each is answered by a line with the winner's indexes in the message; a message that the
proxy would refuse by the one line {"error":"why"}.`,
		Example: `  routec explain POST http://smiley.faces:50051/faces.Smiley/Center -H 'x-user: a' --from books
  routec explain http://smiley.faces:50051 --grpc faces.Smiley/Center -o mermaid
  routec explain http://smiley/ --to faces/smiley --port 8000 --client-id web.books.serviceaccount.identity.linkerd.cluster.local
  routec explain --table policy.json --requests requests.jsonl`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if table == "" && requests == "" {
				return q.run(cmd.Context(), std, args, cmp.Or(output, "text"))
			}
			output = cmp.Or(output, "json")
			switch {
			case len(args) > 0:
				return usageError{fmt.Errorf("--table and --requests take no further arguments, such as %q", args[0])}
			case table == "" || requests == "":
				return usageError{fmt.Errorf("both --table and --requests are needed")}
			case output != "json":
				return usageError{fmt.Errorf("--output is json, not %q", output)}
			}
			text, err := os.ReadFile(table)
			if err != nil {
				return fmt.Errorf("read table: %w", err)
			}
			in, done, err := openInput(requests, std.in)
			if err != nil {
				return err
			}
			defer done()
			return replay.Answer(std.out, text, in)
		},
	}
	cmd.Flags().StringVar(&table, "table", "", "proto JSON `FILE` of an OutboundPolicy or an inbound Server")
	cmd.Flags().StringVar(&requests, "requests", "", "`FILE` of requests, or - for standard input")
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FORMAT`: text, json or mermaid (default text); json with --table")
	choices(cmd, "output", "text", "json", "mermaid")
	q.bind(cmd)
	return cmd
}
