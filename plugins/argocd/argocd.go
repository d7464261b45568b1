// Package argocd is the compiler as a config management plugin of Argo CD (version 2): the
// repository server calls a command in an application's folder and applies what it prints.
//
// Nothing but Kubernetes objects is printed, nothing is written to disk, and manifests with
// findings never reach a cluster, because the command fails.
package argocd

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/source"
	"routec.dev/routec/plugins/evidence"
)

// Options say what Argo CD does not.
type Options struct {
	Version string   // of routec
	Environ []string // as os.Environ returns it
}

// ErrFindings says that findings are as severe as the parameter failOn, or worse. They have
// been written by then.
var ErrFindings = errors.New("the manifests have findings that must not reach a cluster")

// Init checks the parameters and that the sources can be opened. It prints nothing.
func Init(ctx context.Context, opts Options) error {
	p, err := readParameters(opts.Environ)
	if err != nil {
		return err
	}
	set, err := source.OpenAll(ctx, p.sources, source.Options{})
	if err != nil {
		return err
	}
	return set.Close()
}

// Generate prints the application's objects to out, each a JSON document of a YAML stream, and
// findings of warnings and worse to log. Nothing is printed where the error is not nil: it is
// a *[ParameterError], [ErrFindings], or that of reading or compiling.
func Generate(ctx context.Context, out, log io.Writer, opts Options) error {
	p, err := readParameters(opts.Environ)
	if err != nil {
		return err
	}
	sources, err := source.OpenAll(ctx, p.sources, source.Options{})
	if err != nil {
		return err
	}
	defer sources.Close()
	set := source.Set{sources.Once()}
	how := compile.Options{Mesh: p.mesh, Namespace: p.namespace, Admission: p.admission, Digest: p.output == evidence.Digest}
	how.Source.Load.Include, how.Source.Load.Exclude = p.include, p.exclude
	result, err := compile.Decide(ctx, set, how)
	if err != nil {
		return err
	}
	if err := report(log, result, p.failOn); err != nil {
		return err
	}
	made, err := evidence.Of(ctx, result, evidence.Options{Mode: p.output, Namespace: p.namespace, Version: opts.Version})
	if err != nil {
		return err
	}
	objects, err := objects(ctx, set, how.Source)
	if err != nil {
		return err
	}
	return write(out, objects, made)
}

// report writes warnings and worse, and fails where one is severe enough.
func report(log io.Writer, result *compile.Result, failOn diag.Severity) error {
	all := result.Findings()
	var shown []diag.Diagnostic
	for _, d := range all.Sorted() {
		if d.Severity >= diag.Warning || failOn > 0 && d.Severity >= failOn {
			shown = append(shown, d)
		}
	}
	if err := diag.Text(log, shown, result.Texts, false); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	if failOn > 0 && all.AtLeast(failOn) {
		return ErrFindings
	}
	return nil
}

// objects returns the content of every document that is a Kubernetes object, in the order of
// the sources; one that cannot be read is an error. The compiler's and kustomize's own
// documents are no objects of a cluster.
func objects(ctx context.Context, set source.Set, opts source.Options) ([]map[string]any, error) {
	var read, known diag.Report // all of it has been reported by the compilation
	units, err := set.Units(ctx, opts, &read)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, u := range units {
		for _, d := range u.Documents(&read) {
			content, ok := d.Content(opts.Load.Limits, &known)
			if !ok {
				// Argo CD would prune what is missing, whatever failOn says.
				return nil, fmt.Errorf("a document of %s cannot be read, so the application is not complete", u.Name)
			}
			if manifest.ForCluster(content) {
				out = append(out, content)
			}
		}
	}
	for d := range read.All() {
		if d.Severity >= diag.Error {
			return nil, fmt.Errorf("the application is not complete: %s", d.Message)
		}
	}
	return out, nil
}

// write prints objects as Argo CD reads them: a stream of documents.
func write(w io.Writer, objects []map[string]any, made []evidence.ConfigMap) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	document := func(v any) error {
		out.WriteString("---\n")
		return encoder.Encode(v)
	}
	for _, o := range objects {
		if err := document(o); err != nil {
			return fmt.Errorf("print objects: %w", err)
		}
	}
	for i := range made {
		if err := document(&made[i]); err != nil {
			return fmt.Errorf("print evidence: %w", err)
		}
	}
	return out.Flush()
}
