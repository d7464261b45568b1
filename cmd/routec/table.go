package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/answer"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir/automata"
)

type tableFlags struct {
	sourceFlags
	From    string
	Output  string
	Queries string
}

func tableCommand(std streams) *cobra.Command {
	var f tableFlags
	cmd := &cobra.Command{
		Use:   "table [SOURCE...] --queries FILE",
		Short: "Print the frozen message for a key, as the control plane would answer it",
		Long: `Table prints the message that Linkerd's control plane would answer to a proxy.

With --queries it answers many look-ups in one run: a JSON object a line in, a JSON object
a line out. A SOURCE is a folder, a file, "-", git:REV[:PATH], or a bundle.`,
		Example: `  routec table outbound smiley.faces.svc.cluster.local:50051 --from books
  routec table --queries queries.jsonl ./manifests`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.Queries == "" {
				return usageError{fmt.Errorf("say which table: outbound, inbound or profile, or give --queries FILE")}
			}
			return f.batch(cmd.Context(), std, args)
		},
	}
	f.bind(cmd)
	f.registryFlags.bindPull(cmd)
	cmd.Flags().StringVar(&f.Queries, "queries", "", "answer the look-ups in this `FILE`, or - for standard input")
	cmd.AddCommand(outboundTable(std), inboundTable(std), profileTable(std))
	return cmd
}

// batch answers a file of queries.
func (f *tableFlags) batch(ctx context.Context, std streams, sources []string) error {
	queries, done, err := openInput(f.Queries, std.in)
	if err != nil {
		return err
	}
	defer done()
	if f.Queries == "-" {
		std.in = nil // the queries have it
	}
	program, err := f.program(ctx, std, sources)
	if err != nil {
		return err
	}
	return answer.Batch(std.out, program, queries, refuse.NewChecker(automata.Check))
}

func openInput(name string, stdin io.Reader) (io.Reader, func() error, error) {
	if name == "-" {
		return stdin, func() error { return nil }, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open queries: %w", err)
	}
	return f, f.Close, nil
}

func outboundTable(std streams) *cobra.Command {
	var f tableFlags
	cmd := &cobra.Command{
		Use:   "outbound AUTHORITY|IP:PORT [SOURCE...]",
		Short: "Print what clients are told of a Service's port or an address",
		Example: `  routec table outbound smiley.faces.svc.cluster.local:50051 --from books
  routec table outbound 10.1.2.3:80 -o json clusters/prod`,
		Args: usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := answer.Query{Kind: "outbound", ClientNamespace: f.From, Authority: args[0]}
			if _, err := netip.ParseAddrPort(args[0]); err == nil {
				q.Authority, q.Addr = "", args[0]
			}
			return f.print(cmd.Context(), std, q, args[1:])
		},
	}
	f.bindOne(cmd, true)
	return cmd
}

func inboundTable(std streams) *cobra.Command {
	var f tableFlags
	external := false
	cmd := &cobra.Command{
		Use:   "inbound NAMESPACE/WORKLOAD PORT [SOURCE...]",
		Short: "Print what the proxy of a workload is told of one of its ports",
		Example: `  routec table inbound faces/smiley 50051
  routec table inbound --external shop/legacy 80`,
		Args: usageArgs(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			port, err := strconv.ParseUint(args[1], 10, 32)
			if err != nil {
				return usageError{fmt.Errorf("%q is not a port", args[1])}
			}
			q := answer.Query{Kind: "inbound", Workload: args[0], Port: uint32(port)}
			if external {
				q.Workload, q.ExternalWorkload = "", args[0]
			}
			return f.print(cmd.Context(), std, q, args[2:])
		},
	}
	f.bindOne(cmd, false)
	cmd.Flags().BoolVar(&external, "external", false, "the workload is an ExternalWorkload")
	return cmd
}

func profileTable(std streams) *cobra.Command {
	var f tableFlags
	cmd := &cobra.Command{
		Use:     "profile AUTHORITY [SOURCE...]",
		Short:   "Print the destination profile that clients get for a Service's port",
		Example: "  routec table profile smiley.faces.svc.cluster.local:50051 --from books",
		Args:    usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := answer.Query{Kind: "profile", Authority: args[0], ClientNamespace: f.From}
			return f.print(cmd.Context(), std, q, args[1:])
		},
	}
	f.bindOne(cmd, true)
	return cmd
}

func (f *tableFlags) bindOne(cmd *cobra.Command, from bool) {
	f.bind(cmd)
	f.registryFlags.bindPull(cmd)
	if from {
		cmd.Flags().StringVar(&f.From, "from", "", "`NAMESPACE` of the client")
	}
	cmd.Flags().StringVarP(&f.Output, "output", "o", "yaml", "`FORMAT`: json, yaml, text or binary")
	choices(cmd, "output", "json", "yaml", "text", "binary")
}

// print answers one query in the format asked for.
func (f *tableFlags) print(ctx context.Context, std streams, q answer.Query, sources []string) error {
	format, ok := tableFormats[f.Output]
	if !ok {
		return usageError{fmt.Errorf("--output is json, yaml, text or binary, not %q", f.Output)}
	}
	program, err := f.program(ctx, std, sources)
	if err != nil {
		return err
	}
	a, err := answer.To(program, q, refuse.NewChecker(automata.Check))
	if err != nil {
		return fmt.Errorf("the control plane would answer: %w", err)
	}
	text, err := format(a.Message)
	if err != nil {
		return err
	}
	if _, err := std.out.Write(text); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if refuse.Refused(a.Refused) {
		fmt.Fprintf(std.err, "routec: the proxy would refuse this table: %s\n", answer.Why(a.Refused))
		return exit(exitFindings)
	}
	return nil
}

var tableFormats = map[string]func(proto.Message) ([]byte, error){
	"json": render.JSON, "yaml": render.YAML, "text": render.YAML, "binary": render.Binary,
}
