package golden

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"routec.dev/routec/compile"
)

// TestAdmission compares verdicts, stored specs and the fields of all causes with what an
// API server and Linkerd's webhooks said.
func TestAdmission(t *testing.T) {
	c := newTally(t)
	for _, dir := range cases(t, "admission") {
		var want []verdict
		read(t, filepath.Join(dir, "expected.json"), &want)
		judged(c, "verdict", dir, want, decide(t, dir).Verdicts)
	}
	c.report()
}

// A verdict is what was recorded of one object; without a name it is that in its place.
type verdict struct {
	Object  string
	Verdict string
	Spec    any
	Causes  []struct{ Field string }
}

func judged(c *tally, kind, where string, want []verdict, got []compile.Verdict) {
	named := map[string]*compile.Verdict{}
	for i := range got {
		named[got[i].Object.Identity.String()] = &got[i]
	}
	for i, w := range want {
		have := named[w.Object]
		if w.Object == "" && i < len(got) {
			have = &got[i]
		}
		if have == nil {
			c.ask(kind, where, "no verdict on "+w.Object)
			continue
		}
		at := where + " " + have.Object.Identity.String()
		c.ask(kind, at, unless(have.Accepted() == (w.Verdict == "accept"), "want %s, got %+v", w.Verdict, have.Refusal))
		if have.Accepted() != (w.Verdict == "accept") {
			continue
		}
		if w.Spec != nil {
			c.ask(kind+" stored spec", at, specDiffers(w.Spec, have.Object.Content["spec"]))
		}
		if len(w.Causes) > 0 {
			c.ask(kind+" causes", at, causesDiffer(w, have))
		}
	}
}

func specDiffers(want, got any) string {
	text, err := json.Marshal(got)
	if err != nil {
		return err.Error()
	}
	var have any
	json.Unmarshal(text, &have)
	recorded, _ := json.Marshal(want)
	return unless(reflect.DeepEqual(want, have), "\n  want %s\n  got  %s", recorded, text)
}

// causesDiffer demands every field that the API server names.
func causesDiffer(want verdict, got *compile.Verdict) string {
	have := map[string]bool{}
	for _, c := range got.Refusal.Causes {
		have[c.Field] = true
	}
	for _, c := range want.Causes {
		if c.Field != "" && !have[c.Field] {
			return fmt.Sprintf("no cause at %s among %v", c.Field, got.Refusal.Causes)
		}
	}
	return ""
}
