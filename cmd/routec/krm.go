package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"routec.dev/routec/plugins/krm"
)

func krmCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "krm",
		Short: "Run as a KRM function of kustomize: a ResourceList in, the list with findings out",
		Long: `Krm is a KRM function (functions specification v1). It reads a ResourceList from standard
input, compiles its items, and writes the list with findings as results to standard output.
kustomize calls it as transformer, validator or generator and in 'kustomize fn run'.

The functionConfig is a Mesh, or a ConfigMap whose data are settings of a Mesh and:

  output     digest (a ConfigMap that proves the compilation; the default), tables or none;
             a validator needs none, because it may not change anything
  failOn     info, warning, error (the default), hazard or never
  mesh       the name of the mesh to build
  namespace  that of items which name none
  admission  enforce or permit
  sources    folders that a generator reads

A Mesh says output and failOn by its annotations routec.dev/output and routec.dev/fail-on.

kustomize drops results, and without --enable-exec it skips such functions in silence:
findings also go to standard error and end in a non-zero exit code, and the digest in the
output proves that the function ran.`,
		Example: `  kustomize build --enable-alpha-plugins --enable-exec
  kustomize fn run --enable-exec apps`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return runKRM(cmd.Context(), std) },
	}
}

func runKRM(ctx context.Context, std streams) error {
	freeMemory()
	err := krm.Process(ctx, std.in, std.out, std.err, krm.Options{Version: version()})
	var config *krm.ConfigError
	switch {
	case errors.As(err, &config):
		return usageError{err}
	case errors.Is(err, krm.ErrFindings):
		return exit(exitFindings)
	}
	return err
}
