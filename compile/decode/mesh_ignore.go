package decode

import (
	"regexp"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

var code = regexp.MustCompile(`^RC[0-9]{4}$`)

func isText(s string) bool { return s != "" }

// readIgnore reads a list of findings that are not to be reported, each with a reason.
func readIgnore(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
	list, ok := value.([]any)
	if !ok {
		r.wrongType(at, "a list", value)
		return
	}
	for i, item := range list {
		here := at.Sub(source.Index("", i))
		object, ok := item.(map[string]any)
		if !ok {
			r.wrongType(here, "an object with code and reason", item)
			continue
		}
		r.known(here, object, []string{"code", "object", "reason"})
		out := manifest.Ignore{Place: here}
		out.Code, _ = r.text(here.Sub("code"), object["code"], code.MatchString, "the code of a finding, such as RC2006")
		out.Reason, _ = r.text(here.Sub("reason"), object["reason"], isText, "a reason, for those who read it later")
		if v := object["object"]; v != nil {
			out.Object, _ = r.text(here.Sub("object"), v, isText, "an object such as Service/shop/web or Service/shop/*")
		}
		mesh.Ignore = append(mesh.Ignore, out)
	}
}
