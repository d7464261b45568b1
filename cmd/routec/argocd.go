package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"routec.dev/routec/plugins/argocd"
)

func argocdCommand(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "argocd",
		Short: "Run as a config management plugin of Argo CD",
		Long: `Argocd is a config management plugin (version 2) of Argo CD's repository server, which calls
it in the folder of an application. It takes parameters from ARGOCD_APP_PARAMETERS, else from
ARGOCD_ENV_ROUTEC_* variables. examples/argocd has the plugin.yaml and the sidecar.`,
		Example: "  ARGOCD_APP_NAMESPACE=shop routec argocd generate",
		Args:    usageArgs(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	opts := func() argocd.Options { return argocd.Options{Version: version(), Environ: os.Environ()} }
	cmd.AddCommand(
		&cobra.Command{
			Use: "init", Short: "Check the parameters", Args: usageArgs(cobra.NoArgs),
			RunE: func(cmd *cobra.Command, _ []string) error { return argocdError(argocd.Init(cmd.Context(), opts())) },
		},
		&cobra.Command{
			Use: "generate", Short: "Print the application's objects, if they have no findings", Args: usageArgs(cobra.NoArgs),
			RunE: func(cmd *cobra.Command, _ []string) error {
				return argocdError(argocd.Generate(cmd.Context(), std.out, std.err, opts()))
			},
		},
		&cobra.Command{
			Use: "parameters", Short: "Announce the parameters that depend on the repository", Args: usageArgs(cobra.NoArgs),
			RunE: func(cmd *cobra.Command, _ []string) error {
				return argocdError(argocd.Announce(cmd.Context(), std.out, opts()))
			},
		},
	)
	return cmd
}

// argocdError gives the plugin's errors their exit codes.
func argocdError(err error) error {
	var parameter *argocd.ParameterError
	switch {
	case errors.As(err, &parameter):
		return usageError{err}
	case errors.Is(err, argocd.ErrFindings):
		return exit(exitFindings)
	}
	return err
}
