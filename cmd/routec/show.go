package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/emit/show"
	"routec.dev/routec/ir"
)

func showCommand(std streams) *cobra.Command {
	var f sourceFlags
	var from string
	cmd := &cobra.Command{
		Use:   "show NAMESPACE/NAME [SOURCE...]",
		Short: "Show the routing of one Service, EgressNetwork or workload, for people",
		Long: `Show prints what clients of a Service are told, port by port: which routes apply, where
they send requests, and in which shares. NAME can be a Service, an EgressNetwork or a
workload; KIND/NAMESPACE/NAME tells them apart where two share a name.`,
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
	is := func(r ir.Ref) bool {
		return r.Namespace == namespace && r.Name == name && (kind == "" || strings.EqualFold(kind, r.Kind))
	}
	for i := range p.Targets {
		if t := &p.Targets[i]; is(t.Ref) {
			found = true
			if err := show.Target(std.out, t, from); err != nil {
				return err
			}
		}
	}
	for i := range p.Workloads {
		if w := &p.Workloads[i]; is(w.Ref) {
			found = true
			if err := show.Workload(std.out, w); err != nil {
				return err
			}
		}
	}
	if !found {
		return fmt.Errorf("no Service, EgressNetwork or meshed workload %s/%s is in the sources", namespace, name)
	}
	return nil
}
