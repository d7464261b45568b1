package load

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

// unreadable reports a file or folder that is there but cannot be read.
func unreadable(name string, err error) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.Unreadable, Severity: diag.Error, At: source.File(name),
		Message: fmt.Sprintf("cannot be read: %s; whatever it holds is missing from every table", reason(err)),
		Help:    "make it readable, or leave it out with .routecignore or --exclude",
	}
}

// reason returns the error without the operation and the name, which the place says.
func reason(err error) string {
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

func brokenLink(name string, err error, severity diag.Severity) diag.Diagnostic {
	d := diag.Diagnostic{
		Code: diag.Unreadable, Severity: severity, At: source.File(name),
		Message: fmt.Sprintf("this symbolic link cannot be followed: %s", reason(err)),
		Help:    "mend or remove the link, or leave it out with .routecignore or --exclude",
	}
	switch {
	case errors.Is(err, errOutside):
		d.Code = diag.LinkOutside
		d.Message = "this symbolic link leads outside the source, so it is not followed"
		d.Help = "name the folder that it leads to as a source of its own, or leave the link out with .routecignore"
	case errors.Is(err, errLoop):
		d.Code = diag.LinkLoop
		d.Message = "this symbolic link leads back to itself"
	}
	return d
}

func helmChart(name string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.HelmChart, Severity: diag.Warning, At: source.File(name),
		Message: "this folder is a Helm chart; its templates are not rendered, so what they make is missing from every table",
		Help:    "pipe it in: helm template CHART | routec compile - …, or list the folder in .routecignore",
	}
}

func fileTooBig(name string, limits Limits) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.FileTooBig, Severity: diag.Error, At: source.File(name),
		Message: fmt.Sprintf("the file is larger than --max-file-size allows (%s), so it is not read", byteCount(limits.FileSize)),
		Help:    "split the file, or raise --max-file-size",
	}
}

func documentTooBig(d Document, limits Limits) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.DocumentTooBig, Severity: diag.Error, At: d.Place(""),
		Message: fmt.Sprintf("the document has %s, more than --max-document-size allows (%s); no API server takes more than 3 MiB in one request",
			byteCount(int64(len(d.Text))), byteCount(limits.DocumentSize)),
		Help: "put --- between objects that are documents of their own, or raise --max-document-size",
	}
}

func afterDocument(d Document) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.AfterDocument, Severity: diag.Warning, At: d.Place(""),
		Message: `this document begins after "..." without "---"; kubectl drops it in silence, other tools apply it`,
		Help:    `write "---" before it`,
	}
}

func tooManyDocuments(docs []Document, limits Limits) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.TooMuch, Severity: diag.Error, At: docs[limits.Documents].Place(""),
		Message: fmt.Sprintf("the file has more documents than --max-documents allows (%d); those from here on are not read", limits.Documents),
		Help:    "split the file, or raise --max-documents",
	}
}

func binaryFile(name string, line int) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.BinaryFile, Severity: diag.Error, At: source.File(name),
		Message: fmt.Sprintf("this is a binary file: it has a zero byte on line %d", line),
		Help:    "leave it out with .routecignore or --exclude, or give it another extension",
	}
}

func lfsPointer(name string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: diag.LFSPointer, Severity: diag.Error, At: source.File(name),
		Message: "this is a Git LFS pointer, not the file itself; whatever the file holds is missing from every table",
		Help:    "run git lfs pull, or leave it out with .routecignore",
	}
}
