package load

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"routec.dev/routec/compile/diag"
)

// utf16Of writes text as UTF-16 with a byte order mark, as some editors do.
func utf16Of(text string, bigEndian bool) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if bigEndian {
			b.Write([]byte{byte(u >> 8), byte(u)})
		} else {
			b.Write([]byte{byte(u), byte(u >> 8)})
		}
	}
	return b.String()
}

func TestParseNormalizes(t *testing.T) {
	const want = "a: 'é'\nb: c\n"
	for name, text := range map[string]string{
		"plain":    want,
		"BOM":      "\ufeff" + want,
		"CRLF":     strings.ReplaceAll(want, "\n", "\r\n"),
		"CR":       strings.ReplaceAll(want, "\n", "\r"),
		"UTF-16LE": utf16Of(want, false),
		"UTF-16BE": utf16Of(want, true),
	} {
		var report diag.Report
		docs := Parse("f", []byte(text), Limits{}, &report)
		if len(docs) != 1 || string(docs[0].Text) != want || report.Len() > 0 {
			t.Errorf("%s: %d documents %v", name, len(docs), report.Sorted())
		}
	}
}

// TestComplaints says for each kind of broken document what is reported, and that the
// document after it is read all the same.
func TestComplaints(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string // code, severity, message; the first two words of which are the line
	}{
		{"helm", "a: b\nc: {{ .Values.x }}\n", "RC0010 error line 2: this is a Helm template"},
		{"helm block", "{{- if .Values.x }}\na: b\n{{- end }}\n", "RC0010 error line 1: this is a Helm template"},
		{"jinja", "a: b\n{% if x %}\nc: d\n{% endif %}\n", "RC0010 error line 2: this is a Jinja template"},
		{"template", "a: b\nc: {{ x }}: d\n", "RC0010 error line 2: this is a template"},
		{"conflict", "a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> x\n", "RC0011 error line 2: git's marks of a merge conflict"},
		{"tab", "a:\n\tb: c\n", "RC0001 error line 2, column 1: this is not valid YAML"},
		{"colons", "a: b\nc: d: e\nf: g\n", "RC0001 error line 2, column 1: this is not valid YAML: mapping values are not allowed"},
		{"late", "a:\n  b: c\n  d: e\n f: g\nh: i\n", "RC0001 error line 4, column 2: this is not valid YAML"},
		{"open bracket", "a: [b\nc: d\n", "RC0001 error line 1, column 1: this is not valid YAML: did not find expected ',' or ']'"},
		{"latin-1", "a: b\nc: \xe9\n", "RC0001 error line 2: this is not valid YAML: it is not UTF-8"},
		{"alias", "a: *b\n", "RC0001 error line 1, column 1: this is not valid YAML: unknown anchor 'b' referenced"},
		{"loop", "a: &a [*a]\n", `RC0001 error line 1, column 8: this is not valid YAML: the anchor "a" contains itself`},
		{"null key", "~: b\n", "RC0001 error line 1, column 1: this is not valid YAML: ~ cannot be a key"},
		{"infinity", "a: .inf\n", "RC0001 error line 1, column 4: this is not valid YAML: .inf cannot be sent"},
		{"list", "- a\n", "RC0003 error the document is a list"},
		{"patch", "- {op: remove, path: /spec}\n", "RC0003 info the document is a list"},
		{"text", "just text\n", "RC0003 error the document is a single value"},
		{"duplicate", "a: 1\nb: 2\na: 3\n", "RC0004 warning a is written twice, on lines 1 and 3"},
		{"duplicate below", "a:\n- b:\n    c.d: 1\n    c.d: 2\n", "RC0004 warning a[0].b[c.d] is written twice, on lines 3 and 4"},
		{"duplicate in JSON", "{\"a\": 1,\n\"a\": \"\\/\"}", "RC0004 warning a is written twice, on lines 1 and 2"},
		{"deep", "a: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "RC0006 error line 1, column 53: maps and lists are nested more than 50 deep"},
		{"deep JSON", `{"\/": ` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "}", "RC0006 error line 1: maps and lists are nested more than 50 deep"},
		{"laughs", "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n", "RC0007 error line 1, column"},
		{"big", "a: " + strings.Repeat("x", 3000), "RC0005 error the document has 2.9 KiB, more than --max-document-size allows (2.0 KiB)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var report diag.Report
			limits := Limits{DocumentSize: 2 << 10, Depth: 50, AliasNodes: 500}
			docs := Parse("f", []byte(c.text+"\n---\nlast: one\n"), limits, &report)
			var last map[string]any
			for _, d := range docs {
				last, _ = d.Content(limits, &report)
			}
			if last["last"] != "one" {
				t.Errorf("the last document is %v", last)
			}
			var got []string
			for _, d := range report.Sorted() {
				got = append(got, fmt.Sprintf("%s %s %s", d.Code, d.Severity, d.Message))
			}
			if len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestFileComplaints(t *testing.T) {
	files := fstest.MapFS{
		"binary.yaml":    {Data: []byte("a: b\n\x00\x01")},
		"big.yaml":       {Data: []byte(strings.Repeat("a: b\n---\n", 100))},
		"many.yaml":      {Data: []byte("a: b\n---\n---\na: b\n---\na: b\n---\na: b\n")},
		"bare.yaml":      {Data: []byte("a: b\n...\nc: d\n")},
		"duplicate.yaml": {Data: []byte(strings.Repeat("a: b\n", 30))},
		"empty.yaml":     {},
	}
	var report diag.Report
	limits := Limits{FileSize: 500, Documents: 2}
	docs, err := Documents(context.Background(), files, Options{Limits: limits}, &report)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		d.Content(limits, &report)
	}
	if len(docs) != 5 {
		t.Errorf("%d documents, want 5", len(docs))
	}
	want := "RC0014 bare.yaml, RC0008 big.yaml, RC0012 binary.yaml, " + strings.Repeat("RC0004 duplicate.yaml, ", 21) + "RC0009 many.yaml"
	if got := codes(&report); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHugeFileIsNotRead(t *testing.T) {
	files := fstest.MapFS{"huge.yaml": {Data: make([]byte, 100<<20)}}
	var report diag.Report
	if docs := Read(files, "huge.yaml", Options{Limits: Limits{FileSize: 1 << 20}}, &report); docs != nil || codes(&report) != "RC0008 huge.yaml" {
		t.Errorf("%d documents, %s", len(docs), codes(&report))
	}
}

// TestOtherJSON says that the settings of other tools are no errors in a repository.
func TestOtherJSON(t *testing.T) {
	for text, want := range map[string]diag.Severity{
		"{\"a\": \"b\" // c\n}":           diag.Info,
		"[1]":                             diag.Info,
		"{\"apiVersion\": \"v1\" // c\n}": diag.Error,
		"[{\"apiVersion\": \"v1\"}]":      diag.Error,
	} {
		var report diag.Report
		for _, d := range Parse("f.json", []byte(text), Limits{}, &report) {
			d.Content(Limits{}, &report)
		}
		if got := report.Sorted(); len(got) != 1 || got[0].Severity != want {
			t.Errorf("%s: %+v", text, got)
		}
	}
}
