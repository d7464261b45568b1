package main

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/decode"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/routetest"
	"routec.dev/routec/plugins/gate"
	"routec.dev/routec/plugins/krm"
)

// schemas are the JSON Schemas of all kinds of documents that are ours.
var schemas = []struct {
	kind, what string
	text       []byte
}{
	{"Mesh", "settings of a mesh, routec.dev/v1alpha1", decode.MeshSchema},
	{"RouteTest", "requests and where they go, routec.dev/v1alpha1", routetest.Schema},
	{"ConfigMap", "functionConfig of 'routec krm'", krm.ConfigSchema},
	{"findings", "what 'routec lint -o json' prints, routec.dev/findings/v1", diag.JSONSchema},
	{"check", "what 'routec check -o json' prints", gate.JSONSchema},
}

func schemaCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [KIND]",
		Short: "Print the JSON Schema of a kind of document, for editors",
		Long: `Schema prints the JSON Schema (draft 7) of a kind of document that routec reads or writes;
without KIND, it lists them. Editors with yaml-language-server complete and check a file that
begins with the line

  # yaml-language-server: $schema=mesh.schema.json`,
		Example: "  routec schema Mesh > mesh.schema.json",
		Args:    usageArgs(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return schemaKinds(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listSchemas(std)
			}
			for _, s := range schemas {
				if strings.EqualFold(s.kind, args[0]) {
					_, err := std.out.Write(s.text)
					return err
				}
			}
			return usageError{fmt.Errorf("there is no schema of %q: there are those of %s", args[0], strings.Join(schemaKinds(), ", "))}
		},
	}
}

func listSchemas(std streams) error {
	out := bufio.NewWriter(std.out)
	for _, s := range schemas {
		fmt.Fprintf(out, "%-9s  %s\n", s.kind, s.what)
	}
	return out.Flush()
}

func schemaKinds() []string {
	kinds := make([]string, len(schemas))
	for i, s := range schemas {
		kinds[i] = s.kind
	}
	return kinds
}
