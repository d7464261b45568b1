package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/plugins/flux"
)

type pullFlags struct {
	registryFlags
	Where  flux.Where
	Output string
}

func pullCommand(std streams) *cobra.Command {
	var f pullFlags
	cmd := &cobra.Command{
		Use:   "pull oci://REGISTRY/REPOSITORY[:TAG|@DIGEST] -o DIR",
		Short: "Take a bundle from a registry",
		Long: `Pull takes an artifact that 'routec push' or 'flux push artifact' has made from a registry,
and writes its bundle to a folder: whole or not at all, in place of the previous bundle, and
leaving files of others alone. Digests, sizes and names are checked, and so is that text and
bundle.pb hold the same tables. The reference of the pulled digest is printed.

Verbs that take a bundle read one from a registry without writing anything:
'routec diff oci://ghcr.io/org/mesh:prod .'`,
		Example: `  routec pull oci://ghcr.io/org/mesh:prod -o frozen
  routec pull oci://ghcr.io/org/mesh:prod -o frozen --manifests manifests`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args[0]) },
	}
	f.registryFlags.bindPull(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.Where.Bundle, "out", "o", "", "write the bundle to `DIR`")
	flags.StringVar(&f.Where.Manifests, "manifests", "", "also write the manifests to `DIR`, which must be new or empty")
	flags.StringVar(&f.Where.Mesh, "mesh", "", "of a fleet, only the bundle of the mesh of this `NAME`")
	flags.StringVar(&f.Output, "output", "text", "`FORMAT` of what is printed: text or json")
	choices(cmd, "output", "text", "json")
	return cmd
}

func (f *pullFlags) run(ctx context.Context, std streams, spec string) error {
	switch {
	case f.Where.Bundle == "":
		return usageError{errors.New("say by -o DIR where the bundle goes")}
	case f.Output != "text" && f.Output != "json":
		return usageError{fmt.Errorf("--output is text or json, not %q", f.Output)}
	}
	a, exact, err := f.pull(ctx, spec)
	if err != nil {
		return err
	}
	if _, err := flux.Save(ctx, a.Files, f.Where); err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	ref, err := oci.Parse(spec)
	if err != nil {
		return err
	}
	return printArtifact(std.out, f.Output, ref, exact, a)
}

// printArtifact says which artifact it was: the reference of its digest, or what Flux's own
// command prints, and more.
func printArtifact(w io.Writer, format string, ref, exact oci.Reference, a *oci.Artifact) error {
	if format == "text" {
		_, err := fmt.Fprintln(w, exact)
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		URL         string            `json:"url"`
		Repository  string            `json:"repository"`
		Tag         string            `json:"tag,omitempty"`
		Digest      string            `json:"digest"`
		Annotations map[string]string `json:"annotations"`
	}{exact.String(), ref.Repository(), ref.Tag(), exact.Digest(), a.Annotations})
}
