package parallel

import (
	"testing"

	"routec.dev/routec/compile/diag"
)

func TestEachCrash(t *testing.T) {
	defer func() {
		c, ok := recover().(*Crash)
		if !ok || c.Value != "boom" || len(c.Stack) == 0 {
			t.Errorf("recovered %+v", c)
		}
	}()
	Each(t.Context(), []int{1, 2, 3}, &diag.Report{}, func(i int, _ *diag.Report) int {
		if i == 2 {
			panic("boom")
		}
		return i
	})
}
