package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// commands is the whole command line; each entry lives in the file of that name.
func commands(std streams) []*cobra.Command {
	return []*cobra.Command{
		compileCommand(std), // manifests → a bundle, or a summary
		lintCommand(std),    // findings
		checkCommand(std),   // findings, golden bundle, evidence and changes, for CI
		diffCommand(std),    // two builds or sources → what changed
		testCommand(std),    // RouteTests, and what they reach
		showCommand(std),    // one Service's or workload's routing, for people
		tableCommand(std),   // the frozen message for one key
		statusCommand(std),  // the status that the controller would write
		admitCommand(std),   // each object as the cluster would store it
		explainCommand(std), // where a request goes, and why
		pushCommand(std),    // a build → an artifact in a registry
		pullCommand(std),    // an artifact in a registry → a bundle
		krmCommand(std),     // as a KRM function of kustomize
		argocdCommand(std),  // as a plugin of Argo CD
		codesCommand(std),   // what a diagnostic means
		schemaCommand(std),  // JSON Schemas of our kinds of documents
		manCommand(std),     // man pages
		versionCommand(std),
	}
}

// run is the program: arguments in, exit code out.
func run(ctx context.Context, args []string, std streams) int { return runAs(ctx, "routec", args, std) }

// runAs is run under the name that the user has typed.
func runAs(ctx context.Context, name string, args []string, std streams) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(std.err, "routec: a bug stopped the compiler: %v\n%s\nPlease report it with the manifest that causes it.\n", p, debug.Stack())
			code = exitCouldNot
		}
	}()
	root := rootCommand(std)
	rename(root, name)
	root.SetArgs(args)
	return conclude(root.ExecuteContext(ctx), std.err)
}

func rootCommand(std streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "routec",
		Short: "Compile service-mesh manifests to the routing tables that proxies are told",
		Long: `Routec reads a repository of Kubernetes manifests and freezes the routing tables that
Linkerd's control plane would serve for them: reviewable in a pull request, before
anything reaches a cluster.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          usageArgs(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nRun '%s --help' for usage", err, cmd.CommandPath())}
	})
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(commands(std)...)
	root.SetIn(std.in)
	root.SetOut(std.out) // before the completion command, which keeps it
	root.SetErr(std.err)
	root.InitDefaultCompletionCmd()
	return root
}

// typedAs is what the user types to start the program of that file name: Flux starts a file
// flux-NAME of its plugin folder for 'flux NAME'.
func typedAs(program string) string {
	name := strings.TrimSuffix(filepath.Base(program), ".exe")
	if name == "flux-routec" {
		return "flux routec"
	}
	return "routec"
}

// rename lets usage and examples show what the user types.
func rename(root *cobra.Command, name string) {
	if name == root.Name() {
		return
	}
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	for _, cmd := range root.Commands() {
		cmd.Example = strings.ReplaceAll("\n"+cmd.Example, "\n  routec ", "\n  "+name+" ")[1:]
	}
}
