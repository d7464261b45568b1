package load

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
)

// A map that was large is not lent again, though it is nearly empty when it comes back: to
// clear it costs what it cost to fill.
func TestMapsLeaveLarge(t *testing.T) {
	for name, document := range map[string]string{"block": "kind: A\nspec:\n  a: {}\n%s", "flow": "{kind: A, spec: {a: {}, %s}}", "given up": "kind: A\nspec:\n%s\nb: *unknown\n"} {
		maps := &Maps{}
		separator := map[bool]string{true: "  x%d: 1\n", false: "x%d: 1, "}[name != "flow"]
		var many strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&many, separator, i)
		}
		d := Document{Text: []byte(fmt.Sprintf(document, strings.TrimSuffix(many.String(), ", ")))}
		content, _ := d.ContentIn(maps, Limits{}, &diag.Report{})
		if spec, ok := content["spec"].(map[string]any); ok {
			clear(spec)
		}
		lent := len(maps.lent)
		maps.Reclaim()
		if len(maps.free) != lent || len(maps.lent) != 0 || lent > 2 {
			t.Errorf("%s: %d lent, %d free", name, lent, len(maps.free))
		}
	}
}

func TestMapsBound(t *testing.T) {
	maps := &Maps{}
	for range mostFree + 1 {
		maps.lend()
	}
	maps.Reclaim()
	if len(maps.free) != mostFree {
		t.Errorf("%d wait to be lent", len(maps.free))
	}
	m := maps.lend()
	m["a"] = "b"
	maps.Reclaim()
	if again := maps.lend(); len(again) != 0 {
		t.Errorf("lent %v", again)
	}
}
