package source

import (
	"context"
	"testing"

	"routec.dev/routec/compile/diag"
)

func TestMemory(t *testing.T) {
	set := Set{Memory("list", []File{{"items[0]", []byte("a: 1\n")}, {"../../etc/passwd", []byte("b: 1\n---\nc: 1\n")}, {"items[2]", []byte("\x00")}})}
	var report diag.Report
	units, err := set.Units(context.Background(), Options{}, &report)
	if err != nil || len(units) != 3 || report.Len() != 0 {
		t.Fatalf("%d units, %d findings, %v", len(units), report.Len(), err)
	}
	docs := units[1].Documents(&report)
	if len(docs) != 2 || docs[1].Doc.File != "../../etc/passwd" || string(docs[1].Text) != "c: 1\n" {
		t.Errorf("got %+v", docs)
	}
	if docs := units[2].Documents(&report); len(docs) != 0 || report.Len() != 1 {
		t.Errorf("binary text gave %+v", docs)
	}
	if err := set.Close(); err != nil {
		t.Error(err)
	}
}

func TestMemoryOfNothing(t *testing.T) {
	var report diag.Report
	units, err := Set{Memory("list", nil)}.Units(context.Background(), Options{}, &report)
	if err != nil || len(units) != 0 || report.Len() != 0 {
		t.Errorf("%d units, %d findings, %v", len(units), report.Len(), err)
	}
}

func TestOnce(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.yaml": "a: 1\n", "b.yaml": "\x00"})
	set, err := OpenAll(context.Background(), []string{dir, t.TempDir()}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	once := Set{set.Once()}
	for round := range 2 {
		var report diag.Report
		units, err := once.Units(context.Background(), Options{}, &report)
		if err != nil || len(units) != 2 {
			t.Fatalf("round %d: %d units, %v", round, len(units), err)
		}
		var docs int
		for _, u := range units {
			docs += len(u.Documents(&report))
		}
		if docs != 1 || report.Len() != 2 {
			t.Errorf("round %d: %d documents, %d findings", round, docs, report.Len())
		}
		write(t, dir, map[string]string{"a.yaml": "a: 1\n---\nb: 1\n"}) // nobody looks again
	}
}
