// Package load turns files into documents that know their file and line, and
// documents into unstructured content.
//
// It reads an [fs.FS], never the disk itself, and knows nothing of Kubernetes
// beyond what its clients do to YAML: a document's content is exactly what
// kubectl would send (spec/admission.md §1.1, gate 1). Positions of fields are
// not kept; [Locate] finds one again when something is to be said about it.
package load

import (
	"context"
	"io/fs"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/ir/source"
)

// A Document is one YAML or JSON document, as written.
type Document struct {
	Doc  source.Doc
	Text []byte // UTF-8 with LF line ends; begins in the first column of line Doc.Line

	// Written is the document that a tool, such as kustomize, has made this one of: the
	// one to show to people. It is nil when this is it.
	Written *Document
}

// Place returns the place of a field of the document; an empty field is all of it.
// It shares no memory with the document's text.
func (d Document) Place(field string) source.Place {
	doc := d.Doc
	return source.Place{Doc: &doc, Field: field}
}

// Options say which files are read, and how much of them.
type Options struct {
	// Include and Exclude are patterns in the syntax of .gitignore, relative to the
	// root. With Include, only files that one of its patterns takes in are read.
	Include, Exclude []string
	// Skip leaves out files and folders by their exact names: something else reads them.
	Skip map[string]bool
	// Also are names of files that are read although they have another extension.
	Also []string
	// Prefix is put before the names of files in documents and diagnostics, so that
	// they read as the user would type them, such as "../apps/".
	Prefix string
	// A zero limit is that of [DefaultLimits].
	Limits Limits
}

// Documents reads every document under the root of fsys: [Files], then [Read] each,
// in parallel. Documents come in the order of their files' names.
func Documents(ctx context.Context, fsys fs.FS, opts Options, report *diag.Report) ([]Document, error) {
	names, err := Files(ctx, fsys, opts, report)
	if err != nil {
		return nil, err
	}
	lists, err := parallel.Each(ctx, names, report, func(name string, report *diag.Report) []Document {
		return Read(fsys, name, opts, report)
	})
	if err != nil {
		return nil, err
	}
	var docs []Document
	for _, list := range lists {
		docs = append(docs, list...)
	}
	return docs, nil
}
