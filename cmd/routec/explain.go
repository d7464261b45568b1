package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"routec.dev/routec/emit/replay"
)

func explainCommand(std streams) *cobra.Command {
	var table, requests, output string
	cmd := &cobra.Command{
		Use:   "explain --table FILE --requests FILE",
		Short: "Say which route and rule of a frozen message a request gets",
		Long: `Explain asks one frozen message, whatever produced it (a bundle, 'routec table', 'linkerd
diagnostics policy -o json'), where requests would go. Requests are JSON objects, one a
line: {"method":"GET","uri":"http://web/","headers":[["x-user","a"]]}. Each is answered by a
line with the winner's indexes in the message; a message that the proxy would refuse by the
one line {"error":"why"}.`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			switch {
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
	cmd.Flags().StringVarP(&output, "output", "o", "json", "`FORMAT`: json")
	return cmd
}
