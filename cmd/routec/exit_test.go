package main

import (
	"bytes"
	"errors"
	"testing"
)

func TestConclude(t *testing.T) {
	const text = "open a\x1b[2Jb\u009b: no\nand more"
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, exitFine, ""},
		{exit(exitFindings), exitFindings, ""},
		{errors.New(text), exitCouldNot, "routec: open a [2Jb : no\nand more\n"},
		{usageError{errors.New(text)}, exitUsage, "routec: open a [2Jb : no\nand more\n"},
	} {
		var out bytes.Buffer
		if code := conclude(c.err, &out); code != c.code || out.String() != c.want {
			t.Errorf("%v: %d %q, want %d %q", c.err, code, out.String(), c.code, c.want)
		}
	}
}
