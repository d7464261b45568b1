package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"routec.dev/routec/emit/replay"
)

// TestMatching asks the frozen tables of the matching cases: which route and rule a request
// gets, or that the proxy refuses the table.
func TestMatching(t *testing.T) {
	c := newTally(t)
	for _, name := range cases(t, "matching") {
		matchingCase(t, c, name)
	}
	c.report()
}

func matchingCase(t *testing.T, c *tally, name string) {
	var want struct {
		Table    json.RawMessage
		Error    *string
		Requests []struct {
			Method, URI string
			Headers     json.RawMessage
			Answer      map[string]any
		}
	}
	read(t, name, &want)
	var questions, answers bytes.Buffer
	for _, r := range want.Requests {
		json.NewEncoder(&questions).Encode(map[string]any{"method": r.Method, "uri": r.URI, "headers": r.Headers})
	}
	if err := replay.Answer(&answers, want.Table, &questions); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	lines := json.NewDecoder(&answers)
	if want.Error != nil {
		var got struct{ Error string }
		lines.Decode(&got)
		c.ask("refused tables", name, unless(got.Error != "", "not refused, for: %s", *want.Error))
		return
	}
	for _, r := range want.Requests {
		var got map[string]any
		lines.Decode(&got)
		c.ask("requests", name, unless(sameWinners(r.Answer, got), "%s %s: want %v, got %v", r.Method, r.URI, r.Answer, got))
	}
}

func unless(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// sameWinners compares answers; why a request cannot exist is told in words of our own.
func sameWinners(want, got map[string]any) bool {
	for protocol, w := range want {
		g, has := got[protocol]
		winner, _ := w.(map[string]any)
		if winner["badRequest"] != nil {
			mine, _ := g.(map[string]any)
			if mine["badRequest"] == nil {
				return false
			}
			continue
		}
		if !has || !reflect.DeepEqual(w, g) {
			return false
		}
	}
	return len(want) == len(got)
}
