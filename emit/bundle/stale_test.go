package bundle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

func TestCompare(t *testing.T) {
	ctx, opts := context.Background(), Options{NoBinary: true}
	old, new := sample.New(1).Program(), sample.New(2).Program()
	dir := filepath.Join(t.TempDir(), "frozen")
	compare := func(p *ir.Program, opts Options) *Staleness {
		t.Helper()
		s, summary, err := Compare(ctx, dir, p, opts)
		if err != nil {
			t.Fatal(err)
		}
		if _, want := pack(t, p, opts); summary.Digest != want.Digest {
			t.Errorf("digest %s, want %s", summary.Digest, want.Digest)
		}
		return s
	}
	write := func(p *ir.Program, opts Options) {
		t.Helper()
		if _, err := Write(ctx, dir, p, opts); err != nil {
			t.Fatal(err)
		}
	}
	if s := compare(old, opts); !errors.Is(s.Broken, ErrNotBundle) || len(s.Files) == 0 || s.Files[0].State != Missing {
		t.Errorf("without a bundle: %+v", s)
	}
	write(old, opts)
	if s := compare(old, opts); len(s.Files)+len(s.Tables) != 0 || s.Broken != nil {
		t.Errorf("up to date: %+v", s)
	}
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if s := compare(old, opts); len(s.Files) != 0 {
		t.Errorf("a file of others counts: %+v", s)
	}
	s := compare(new, opts)
	states := map[StaleState]bool{}
	for _, x := range s.Tables {
		states[x.State] = true
	}
	if !states[Missing] || !states[Leftover] || s.Broken != nil {
		t.Errorf("another program: %+v", s)
	}
	if s := compare(old, Options{}); fmt.Sprint(s.Files, s.Tables) != "[{bundle.pb missing}] []" {
		t.Errorf("without bundle.pb: %+v", s)
	}
	write(old, Options{})
	if s := compare(old, opts); fmt.Sprint(s.Files, s.Tables) != "[{bundle.pb leftover}] []" {
		t.Errorf("with bundle.pb: %+v", s)
	}
}

// A table that was edited by hand or merged by git is stale, and its bundle unreadable.
func TestCompareEdited(t *testing.T) {
	ctx, opts, dir := context.Background(), Options{NoBinary: true, AllTables: true}, t.TempDir()
	p := sample.New(1).Program()
	if _, err := Write(ctx, dir, p, opts); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	f, err := os.OpenFile(names[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(f, "<<<<<<< HEAD")
	f.Close()
	s, _, err := Compare(ctx, dir, p, opts)
	if err != nil || s.Broken == nil || len(s.Files) != 1 || s.Files[0].State != Outdated {
		t.Errorf("%+v, %v", s, err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := Compare(cancelled, dir, p, opts); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled comparison: %v", err)
	}
}
