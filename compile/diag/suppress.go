package diag

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"routec.dev/routec/ir/source"
)

// IgnoreAnnotation suppresses findings on the object that carries it: codes, each with a
// reason, separated by ";" or lines.
const IgnoreAnnotation = "routec.dev/ignore"

// A Suppression takes the findings of a code out of a report.
type Suppression struct {
	Code   Code         // with another form than a code, it is reported and suppresses nothing
	Object string       // as in [Diagnostic]; "" is every object, and a "*" at the end any rest
	Reason string       // hazards need one
	At     source.Place // where it is written
	By     string       // the object that carries it
}

// ParseIgnore reads the value of an [IgnoreAnnotation].
func ParseIgnore(text, object string, at source.Place) []Suppression {
	var out []Suppression
	for item := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		code, reason, _ := strings.Cut(item, " ")
		code = strings.TrimSuffix(code, ":")
		out = append(out, Suppression{Code: Code(code), Object: object, Reason: strings.TrimSpace(reason), At: at, By: object})
	}
	return out
}

func (s *Suppression) covers(d *Diagnostic) bool {
	if s.Code != d.Code {
		return false
	}
	if prefix, any := strings.CutSuffix(s.Object, "*"); any {
		return strings.HasPrefix(d.Object, prefix)
	}
	return s.Object == "" || s.Object == d.Object
}

// Suppress takes out of the report what the suppressions cover, and returns which of them
// cover anything. A hazard stays where no reason is given for ignoring it.
func (r *Report) Suppress(list []Suppression) (used []bool) {
	used = make([]bool, len(list))
	byCode := map[Code][]int{}
	for i := range list {
		byCode[list[i].Code] = append(byCode[list[i].Code], i)
	}
	r.list = slices.DeleteFunc(r.list, func(d Diagnostic) bool {
		gone := false
		for _, i := range byCode[d.Code] {
			if list[i].covers(&d) {
				used[i] = true
				gone = gone || d.Severity < Hazard || list[i].Reason != ""
			}
		}
		return gone
	})
	for i := range list {
		if used[i] && list[i].Reason == "" && r.has(&list[i]) {
			r.Add(list[i].complaint(HazardNeedsReason, Error, "a hazard is ignored only with a reason, so it is still reported", "write why it is no hazard here behind the code"))
		}
	}
	return used
}

func (r *Report) has(s *Suppression) bool {
	return slices.ContainsFunc(r.list, func(d Diagnostic) bool { return s.covers(&d) })
}

// Unused reports a suppression that covers nothing, or can cover nothing.
func (s *Suppression) Unused() Diagnostic {
	if !isCode(s.Code) {
		return s.complaint(SuppressionBroken, Error, fmt.Sprintf("%q is not a code of routec, so nothing is ignored for it", s.Code), "write a code such as RC2006, then the reason; separate several by ; or lines")
	}
	what := "in any object"
	if s.Object != "" {
		what = "on " + s.Object
	}
	return s.complaint(SuppressionUnused, Warning, fmt.Sprintf("there is no finding %s %s to ignore", s.Code, what), "remove it, so that it hides nothing later")
}

func (s *Suppression) complaint(code Code, severity Severity, message, help string) Diagnostic {
	return Diagnostic{Code: code, Severity: severity, Object: s.By, Message: message, At: s.At, Help: help}
}

// isCode reports whether the catalogue has such a code.
func isCode(c Code) bool {
	names, err := fs.Glob(catalog, "catalog/"+globText(string(c))+"-*.txt")
	return err == nil && len(names) > 0
}

// globText is text in which no character has a meaning of its own for fs.Glob.
func globText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(s)
}
