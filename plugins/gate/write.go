package gate

import (
	"io"

	"routec.dev/routec/compile/diag"
)

// Write renders the findings that the run judges in a format for machines.
func (f *Findings) Write(w io.Writer, format diag.Format, r *Report, version string) error {
	return diag.Write(w, format, r.judged(), r.Result.Texts, diag.Options{Version: version, FailOn: r.limit})
}
