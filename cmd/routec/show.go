package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/emit/answer"
	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/emit/show"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/automata"
)

func showCommand(std streams) *cobra.Command {
	var f sourceFlags
	var from string
	cmd := &cobra.Command{
		Use:   "show NAMESPACE/NAME [SOURCE...]",
		Short: "Show the routing of one Service, EgressNetwork or workload, for people",
		Long: `Show prints what clients of a Service are told, port by port: which routes apply, where
they send requests, in which shares, and whether a ServiceProfile is obeyed instead. Of a
workload it prints who may call it, on which port, and why. NAME can be a Service, an
EgressNetwork, a ServiceProfile (shows the Services that it speaks of) or a workload;
KIND/NAMESPACE/NAME tells them apart where two share a name.`,
		Example: `  routec show faces/smiley
  routec show deployment/faces/smiley ./manifests`,
		Args: usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, namespace, name, err := subject(args[0])
			if err != nil {
				return usageError{err}
			}
			program, err := f.program(cmd.Context(), std, args[1:])
			if err != nil {
				return err
			}
			return showSubject(std, program, kind, namespace, name, from)
		},
	}
	f.bind(cmd)
	f.registryFlags.bindPull(cmd)
	cmd.Flags().StringVar(&from, "from", "", "only what clients of this `NAMESPACE` are told")
	return cmd
}

// subject reads [KIND/]NAMESPACE/NAME.
func subject(text string) (kind, namespace, name string, err error) {
	parts := strings.Split(text, "/")
	switch len(parts) {
	case 2:
		return "", parts[0], parts[1], nil
	case 3:
		return parts[0], parts[1], parts[2], nil
	}
	return "", "", "", fmt.Errorf("%q is not NAMESPACE/NAME or KIND/NAMESPACE/NAME", text)
}

// showSubject shows everything of that name.
func showSubject(std streams, p *ir.Program, kind, namespace, name, from string) error {
	found := false
	apart := func() {
		if found {
			fmt.Fprintln(std.out)
		}
		found = true
	}
	judge := proxyJudge()
	is := func(r ir.Ref) bool {
		return r.Namespace == namespace && r.Name == name && (kind == "" || strings.EqualFold(kind, r.Kind))
	}
	for i := range p.Targets {
		if t := &p.Targets[i]; is(t.Ref) || slices.ContainsFunc(t.Governs, func(g ir.Governs) bool { return is(g.Profile) }) {
			apart()
			if err := show.Target(std.out, t, from, judge); err != nil {
				return err
			}
		}
	}
	for i := range p.Workloads {
		if w := &p.Workloads[i]; is(w.Ref) {
			apart()
			if err := show.Workload(std.out, w, judge); err != nil {
				return err
			}
		}
	}
	if !found {
		return fmt.Errorf("no Service, EgressNetwork, ServiceProfile of a Service or meshed workload %s/%s is in the sources", namespace, name)
	}
	return nil
}

// proxyJudge asks what the proxy would refuse.
func proxyJudge() show.Judge {
	checker := refuse.NewChecker(automata.Check)
	return show.Judge{
		Outbound: func(o *ir.Outbound) string { return answer.Why(checker.Outbound(outbound.Policy(*o))) },
		Inbound:  func(t *ir.Inbound) string { return answer.Why(checker.Inbound(inbound.Server(*t))) },
	}
}
