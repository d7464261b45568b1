package golden

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// recorded is where the recorded cases are; other folders of the same form will do.
var recorded = flag.String("recorded", "recorded", "folder of recorded cases, by kind")

// cases returns the cases of a kind: folders, or JSON files.
func cases(t *testing.T, kind string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(*recorded, kind))
	if os.IsNotExist(err) && *recorded != "recorded" {
		t.Skipf("%s has no cases of this kind", *recorded)
	}
	if err != nil {
		t.Fatalf("read recorded cases: %v", err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, filepath.Join(*recorded, kind, e.Name()))
	}
	return out
}

// read decodes a JSON file of a case.
func read(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("read case: %v", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("read case %s: %v", name, err)
	}
}

// A tally counts agreed and asked questions by kind, and fails the test below 100 %.
type tally struct {
	t      *testing.T
	counts map[string]*[2]int
	shown  int
}

// mostShown bounds how many differences a run prints.
const mostShown = 8

func newTally(t *testing.T) *tally { return &tally{t: t, counts: map[string]*[2]int{}} }

// ask counts a question; difference is empty where the answer agreed.
func (c *tally) ask(kind, where, difference string) {
	n := c.counts[kind]
	if n == nil {
		n = new([2]int)
		c.counts[kind] = n
	}
	n[1]++
	if difference == "" {
		n[0]++
		return
	}
	if c.shown++; c.shown <= mostShown {
		c.t.Errorf("%s: %s: %s", where, kind, difference)
	}
}

// report prints agreed/asked per kind of question.
func (c *tally) report() {
	var kinds []string
	for k := range c.counts {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	var parts []string
	for _, k := range kinds {
		parts = append(parts, fmt.Sprintf("%s %d/%d", k, c.counts[k][0], c.counts[k][1]))
		if c.counts[k][0] != c.counts[k][1] {
			c.t.Fail()
		}
	}
	if len(parts) == 0 {
		c.t.Error("no question was asked")
	}
	c.t.Log(strings.Join(parts, ", "))
}
