package decode

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
)

func TestMeshIgnore(t *testing.T) {
	for _, c := range []struct{ spec, want string }{
		{"[]", ""},
		{"[{code: RC2006, reason: a canary}]", "RC2006  a canary @spec.ignore[0]"},
		{"[{code: RC2006, object: Service/shop/*, reason: theirs}, {code: RC5031, reason: ours}]", "RC2006 Service/shop/* theirs @spec.ignore[0], RC5031  ours @spec.ignore[1]"},
		{"RC2006", "RC0107"},
		{"[RC2006]", "RC0107"},
		{"[{code: 2006, reason: r}]", "RC0107"},
		{"[{code: RC2006}]", "RC0107"},
		{"[{code: RC2006, reason: r, objects: x}]", "RC0106"},
		{"[{code: RC2006, reason: r, object: 5}]", "RC0107"},
	} {
		var report diag.Report
		mesh, ok := Mesh(found(meshHead+"spec:\n  ignore: "+c.spec+"\n", &report).Meshes[0], &report)
		var got []string
		for _, i := range mesh.Ignore {
			got = append(got, fmt.Sprintf("%s %s %s @%s", i.Code, i.Object, i.Reason, i.Place.Field))
		}
		text := strings.Join(got, ", ")
		if !ok {
			text = strings.Fields(told(&report)[0])[0]
		}
		if text != c.want {
			t.Errorf("%s: %s, want %s", c.spec, text, c.want)
		}
	}
}
