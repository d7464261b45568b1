package compile

import (
	"fmt"
	"strings"

	"routec.dev/routec/compile/admit/verdict"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// reportRefusal reports why a cluster would not take an object: a diagnostic for each cause
// and for each field that nobody knows, in our words and in those of the cluster.
func reportRefusal(report *diag.Report, u manifest.Unstructured, r *verdict.Refusal, consequence string) {
	say := func(code diag.Code, at, words, help string) {
		entry, _ := diag.Lookup(code)
		if help == "" {
			help = entry.Help
		}
		report.Add(diag.Diagnostic{
			Code: code, Severity: diag.Error, Object: u.Identity.String(), At: u.Place.Sub(at),
			Message: fmt.Sprintf("%s; %s: %s", sentence(entry.Title), consequence, words),
			Help:    help,
		})
	}
	for _, field := range r.Unknown[:min(len(r.Unknown), mostUnknown)] {
		say(r.Code, field, fmt.Sprintf("unknown field %q", field), instead(u.Identity, field))
	}
	if len(r.Unknown) == 0 && len(r.Causes) == 0 {
		say(r.Code, r.Field, r.Message, r.Help)
	}
	for _, c := range r.Causes {
		words := c.Message
		if c.Field != verdict.NoField {
			words = c.Field + ": " + words
		}
		say(c.Code, c.Where(), words, "")
	}
}

// mostUnknown bounds how many unknown fields of an object are reported: what has more of them
// is another kind altogether.
const mostUnknown = 100

// instead says what to write in place of a field that a kind or version does not have, where
// that is known (spec/admission.md GRPC-20, VER-05).
func instead(id manifest.Identity, field string) string {
	name := field[strings.LastIndexByte(field, '.')+1:]
	switch {
	case id.Kind == "GRPCRoute" && name == "timeouts":
		return "annotate the route with timeout.linkerd.io/request"
	case id.Kind == "GRPCRoute" && name == "retry":
		return "annotate the route with retry.linkerd.io/grpc and retry.linkerd.io/limit"
	case id.Group == manifest.PolicyGroup && (id.Kind == "HTTPRoute" || id.Kind == "Server") && id.Version != "v1beta3":
		return "write apiVersion: policy.linkerd.io/v1beta3, if it is a field of that version"
	}
	return ""
}

// sentence turns a title into the beginning of a message.
func sentence(title string) string {
	if strings.HasPrefix(title, "Linkerd") || title == "" {
		return title
	}
	return strings.ToLower(title[:1]) + title[1:]
}

const (
	refused = "the cluster refuses the object"
	denied  = "the webhook refuses the object wherever it is asked"
)
