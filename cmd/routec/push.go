package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/compile/source/oci"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/plugins/flux"
)

type pushFlags struct {
	sourceFlags
	reportFlags
	Bundle      string
	Manifests   bool
	AllTables   bool
	NoBinary    bool
	Tags        []string
	Metadata    flux.Metadata
	Annotations []string
	Output      string
}

func pushCommand(std streams) *cobra.Command {
	var f pushFlags
	cmd := &cobra.Command{
		Use:   "push oci://REGISTRY/REPOSITORY[:TAG] [SOURCE...]",
		Short: "Compile manifests, and push the bundle to a registry as an artifact for Flux",
		Long: `Push compiles manifests as 'routec compile' does and puts the bundle into a registry, as an
artifact that Flux's OCIRepository serves. Nothing is pushed where findings are as severe as
--fail-on. With --bundle, a bundle that was built before is pushed instead.

The artifact has the folder bundle/ and, with --manifests, the folder manifests/ with the
objects that the bundle was built from: kustomizations are built, Mesh and RouteTest documents
stay behind. A Flux Kustomization names it as its path: ./manifests.

Source, revision and date of the artifact are those of the git commit; sources with changes
that it does not hold are refused, unless --revision says what they are. Outside of git what
is not given is left out. Same files and annotations, same digest, on every machine.

Credentials are read from the Docker configuration (DOCKER_CONFIG, else
~/.docker/config.json), credential helpers that it names included. The reference of the
pushed digest is printed.`,
		Example: `  routec push oci://ghcr.io/org/mesh:prod clusters/prod --manifests
  routec push oci://ghcr.io/org/mesh:$(git rev-parse --short HEAD) --tag latest clusters/prod
  routec push oci://localhost:5000/mesh --bundle frozen`,
		Args: usageArgs(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args[0], args[1:]) },
	}
	f.bind(cmd)
	return cmd
}

func (f *pushFlags) bind(cmd *cobra.Command) {
	f.sourceFlags.bind(cmd)
	f.registryFlags.bind(cmd)
	f.reportFlags.bind(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.Bundle, "bundle", "", "push the bundle in this `DIR` instead of compiling")
	flags.BoolVar(&f.Manifests, "manifests", false, "also push the objects that the bundle is built from")
	flags.BoolVar(&f.AllTables, "all-tables", false, "write text also for tables that only repeat the defaults")
	flags.BoolVar(&f.NoBinary, "no-binary", false, "leave bundle.pb out")
	flags.StringArrayVar(&f.Tags, "tag", nil, "give the artifact this `TAG` as well (repeatable)")
	flags.StringVar(&f.Metadata.Source, "source", "", "`URL` that the artifact is from (default: git's remote \"origin\")")
	flags.StringVar(&f.Metadata.Revision, "revision", "", "`REVISION` that it is of, as NAME@sha1:COMMIT (default: git's)")
	flags.StringVar(&f.Metadata.Created, "created", "", "`TIME` that it is of, as in RFC 3339 (default: the commit's)")
	flags.StringArrayVarP(&f.Annotations, "annotation", "a", nil, "another annotation, `KEY=VALUE` (repeatable)")
	flags.StringVarP(&f.Output, "output", "o", "text", "`FORMAT`: text or json")
	choices(cmd, "output", "text", "json")
}

// check reads the flags; it is called before any work.
func (f *pushFlags) check(spec string, sources []string) (ref oci.Reference, err error) {
	if ref, err = oci.Parse(spec); err != nil {
		return ref, usageError{err}
	}
	switch {
	case ref.Tag() == "":
		return ref, usageError{errors.New("a digest follows from the content: push to a tag")}
	case f.Output != "text" && f.Output != "json":
		return ref, usageError{fmt.Errorf("--output is text or json, not %q", f.Output)}
	case f.Bundle != "" && len(sources) > 0:
		return ref, usageError{errors.New("--bundle takes the place of SOURCE: give one of them")}
	case f.Bundle != "" && f.Manifests:
		return ref, usageError{errors.New("--manifests needs the sources: a bundle does not hold them")}
	}
	if f.Metadata.Created != "" {
		created, err := time.Parse(time.RFC3339, f.Metadata.Created)
		if err != nil {
			return ref, usageError{fmt.Errorf("--created is not a time as 2026-01-31T12:00:00Z: %w", err)}
		}
		f.Metadata.Created = created.UTC().Format(time.RFC3339)
	}
	f.Metadata.More = map[string]string{}
	for _, a := range f.Annotations {
		key, value, ok := strings.Cut(a, "=")
		if !ok || key == "" {
			return ref, usageError{fmt.Errorf("--annotation is KEY=VALUE, not %q", a)}
		}
		f.Metadata.More[key] = value
	}
	return ref, f.reportFlags.check()
}

func (f *pushFlags) run(ctx context.Context, std streams, spec string, sources []string) error {
	ref, err := f.check(spec, sources)
	if err != nil {
		return err
	}
	files, err := f.files(ctx, std, sources)
	if err != nil {
		return err
	}
	a := &oci.Artifact{Files: files, Annotations: f.Metadata.Annotations()}
	var exact oci.Reference
	err = f.within(ctx, func(ctx context.Context) error {
		exact, err = oci.Push(ctx, ref, f.Tags, a, f.options())
		return err
	})
	if err != nil {
		return err
	}
	return printArtifact(std.out, f.Output, ref, exact, a)
}

// files compiles, or reads what was compiled, and completes the metadata. Findings are
// printed, and end the run where they are severe enough.
func (f *pushFlags) files(ctx context.Context, std streams, sources []string) (files *oci.Tree, err error) {
	if f.Bundle != "" {
		if err := f.Metadata.Complete(ctx, nil); err != nil {
			return nil, err
		}
		if files, err = flux.Frozen(os.DirFS(f.Bundle)); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Bundle, err)
		}
		return files, nil
	}
	if len(sources) == 0 {
		sources = []string{"."}
	}
	if err := f.Metadata.Complete(ctx, sources); err != nil {
		return nil, err
	}
	result, err := f.with(ctx, std, sources, func(set source.Set, opts compile.Options) (result *compile.Result, err error) {
		files, result, err = flux.Package(ctx, set, flux.Options{
			Compile: opts, Bundle: bundle.Options{AllTables: f.AllTables, NoBinary: f.NoBinary}, Manifests: f.Manifests,
		})
		return result, err
	})
	if err != nil {
		return nil, err
	}
	return files, f.finish(std, result)
}
