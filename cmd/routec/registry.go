package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/source/oci"
)

// registryFlags say how registries are reached, by verbs that take oci://….
type registryFlags struct {
	PlainHTTP   bool
	Timeout     time.Duration
	MaxArtifact int64

	cmd    *cobra.Command
	opened map[string]fs.FS // by reference: a tag that moves is one artifact in one run
}

func (f *registryFlags) bind(cmd *cobra.Command) {
	f.cmd = cmd
	flags := cmd.Flags()
	flags.BoolVar(&f.PlainHTTP, "plain-http", false, "speak to registries without TLS (default: only to those on this machine)")
	flags.DurationVar(&f.Timeout, "timeout", 5*time.Minute, "give up on a registry after this `TIME`")
}

// bindPull binds also what bounds an artifact that is read.
func (f *registryFlags) bindPull(cmd *cobra.Command) {
	f.bind(cmd)
	cmd.Flags().Int64Var(&f.MaxArtifact, "max-artifact-size", oci.DefaultLimits().Size, "at most `BYTES` in an artifact, and in its files unpacked")
}

func (f *registryFlags) options() oci.Options {
	opts := oci.Options{UserAgent: "routec/" + version(), Limits: oci.Limits{Size: f.MaxArtifact}}
	if f.cmd != nil && f.cmd.Flags().Changed("plain-http") {
		opts.Transport = oci.TLS
		if f.PlainHTTP {
			opts.Transport = oci.PlainHTTP
		}
	}
	return opts
}

// within bounds the time that a registry may take.
func (f *registryFlags) within(ctx context.Context, do func(context.Context) error) error {
	bounded, stop := context.WithTimeout(ctx, f.Timeout)
	defer stop()
	err := do(bounded)
	if err != nil && ctx.Err() == nil && errors.Is(bounded.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%w (--timeout is %s)", err, f.Timeout)
	}
	return err
}

// open reads an artifact into memory, once.
func (f *registryFlags) open(ctx context.Context, spec string) (fs.FS, error) {
	if files, ok := f.opened[spec]; ok {
		return files, nil
	}
	a, _, err := f.pull(ctx, spec)
	if err != nil {
		return nil, err
	}
	if f.opened == nil {
		f.opened = map[string]fs.FS{}
	}
	f.opened[spec] = a.Files
	return a.Files, nil
}

func (f *registryFlags) pull(ctx context.Context, spec string) (a *oci.Artifact, exact oci.Reference, err error) {
	ref, err := oci.Parse(spec)
	if err != nil {
		return nil, oci.Reference{}, usageError{err}
	}
	err = f.within(ctx, func(ctx context.Context) error {
		a, exact, err = oci.Pull(ctx, ref, f.options())
		return err
	})
	return a, exact, err
}
