// Package krm is the compiler as a KRM function (functions specification v1): a ResourceList
// on standard input, the list with findings as results on standard output.
//
// kustomize calls it as transformer, validator and generator, and in "kustomize fn run". It
// drops results and goes on where a function is not enabled, so findings also end in an
// error, and the list gets a ConfigMap that proves the compilation (plugins/evidence).
// Items that are not its own leave byte by byte as they came.
package krm

import (
	"context"
	"errors"
	"fmt"
	"io"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/plugins/evidence"
)

// Options say what the functionConfig does not.
type Options struct {
	Version string // of routec
}

// A ConfigError is a ResourceList or functionConfig that makes no sense.
type ConfigError struct{ err error }

func (e *ConfigError) Error() string { return e.err.Error() }
func (e *ConfigError) Unwrap() error { return e.err }

func badConfig(format string, args ...any) error { return &ConfigError{fmt.Errorf(format, args...)} }

// ErrFindings says that findings are as severe as the functionConfig's failOn, or worse. They
// have been written by then.
var ErrFindings = errors.New("the manifests have findings that must not reach a cluster")

// Process reads a ResourceList from in, compiles its items, and writes the list with
// results and evidence to out. Findings of warnings and worse also go to log, for people.
//
// The error is a *[ConfigError], [ErrFindings] (then the list is written without new
// evidence), or that of reading, compiling or writing (then nothing is).
func Process(ctx context.Context, in io.Reader, out, log io.Writer, opts Options) error {
	list, err := readList(in)
	if err != nil {
		return err
	}
	config, err := readConfig(list.config)
	if err != nil {
		return err
	}
	result, places, err := build(ctx, list, config)
	if err != nil {
		return err
	}
	all := result.Findings()
	found := all.Sorted()
	edit := edit{results: places.results(found)}
	if err := places.print(log, found); err != nil {
		return err
	}
	if config.failOn > 0 && all.AtLeast(config.failOn) {
		return errors.Join(list.write(out, edit), ErrFindings)
	}
	made, err := evidence.Of(ctx, result, evidence.Options{Mode: config.output, Namespace: config.namespaceOfEvidence, Version: opts.Version})
	if err != nil {
		return err
	}
	if err := edit.place(list, made, config.output); err != nil {
		return err
	}
	return list.write(out, edit)
}

// build compiles the items of the list, or the folders that a generator's config names.
func build(ctx context.Context, list *list, config config) (*compile.Result, *places, error) {
	sources, err := open(ctx, list, config)
	if err != nil {
		return nil, nil, err
	}
	defer sources.Close()
	opts := compile.Options{Mesh: config.mesh, Namespace: config.namespace, Admission: config.admission, Digest: config.output == evidence.Digest}
	result, err := compile.Decide(ctx, sources, opts)
	if err != nil {
		return nil, nil, err
	}
	return result, &places{list: list, config: config, texts: result.Texts}, nil
}

// open makes sources of the list. A list that holds nothing is a generator's.
func open(ctx context.Context, list *list, config config) (source.Set, error) {
	var files []source.File
	for i := range list.items {
		if it := &list.items[i]; !it.isConfig(config) && !it.isEvidence() {
			text, err := it.withoutSources()
			if err != nil {
				return nil, badConfig("%s: %w", itemName(i), err)
			}
			files = append(files, source.File{Name: itemName(i), Text: text})
		}
	}
	var set source.Set
	switch {
	case len(files) > 0:
		set = source.Set{source.Memory("items", files)}
	case len(config.sources) == 0:
		return nil, badConfig("the list has no items, so there is nothing to compile: as a generator, name folders in the functionConfig's sources")
	default:
		var err error
		if set, err = source.OpenAll(ctx, config.sources, source.Options{}); err != nil {
			return nil, err
		}
	}
	if config.document != nil {
		set = append(set, source.Memory(configName, []source.File{{Name: configName, Text: config.document}}))
	}
	return set, nil
}
