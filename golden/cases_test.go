package golden

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/source"
)

var update = flag.Bool("update", false, "rewrite what golden cases want, and fail all the same")

// wanted is the section of a case that holds the findings; every other one is a file.
const wanted = "want/findings"

// TestCases compiles the manifests of every case, and compares what is said of them with what
// the case wants. A case is one behaviour in one file: what it shows, the manifests, the
// findings.
func TestCases(t *testing.T) {
	var names []string
	err := filepath.WalkDir("cases", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == "outbound" {
			return fs.SkipDir // cases of tables: TestOutboundSpec
		}
		if err == nil && strings.HasSuffix(name, ".txt") {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) < 30 {
		t.Fatalf("%d cases (%v)", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "cases/"), ".txt"), func(t *testing.T) {
			path, err := filepath.Abs(name)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c := parseCase(string(text))
			if strings.TrimSpace(c.comment) == "" {
				t.Error("a case begins with what it shows")
			}
			got := c.findings(t)
			if got == c.want {
				return
			}
			if *update {
				c.want = got
				if err := os.WriteFile(path, []byte(c.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				t.Fatal("rewritten")
			}
			t.Errorf("findings:\n%s\nwant:\n%s", got, c.want)
		})
	}
}

// A goldenCase is a comment, files, and the findings that are wanted.
type goldenCase struct {
	comment string
	files   []section
	want    string
}

type section struct{ name, text string }

// parseCase reads a text archive: a comment, then sections that begin with "-- NAME --".
func parseCase(text string) goldenCase {
	var c goldenCase
	into := &c.comment
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "-- ")
		if name, closed := strings.CutSuffix(name, " --"); ok && closed {
			if name == wanted {
				into = &c.want
				continue
			}
			c.files = append(c.files, section{name: name})
			into = &c.files[len(c.files)-1].text
			continue
		}
		*into += line
	}
	return c
}

func (c *goldenCase) String() string {
	var b strings.Builder
	b.WriteString(c.comment)
	for _, f := range c.files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.name, f.text)
	}
	fmt.Fprintf(&b, "-- %s --\n%s", wanted, c.want)
	return b.String()
}

// findings compiles the files of a case in a folder of its own.
func (c *goldenCase) findings(t *testing.T) string {
	t.Chdir(t.TempDir())
	for _, f := range c.files {
		if err := os.MkdirAll(filepath.Dir(f.name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.name, []byte(f.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sources, err := source.OpenAll(t.Context(), []string{"."}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sources.Close()
	result, err := compile.Decide(t.Context(), sources, compile.Options{Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	var all diag.Report
	all.Join(result.Report)
	for _, cluster := range result.Clusters {
		all.Join(cluster.Report)
	}
	var out bytes.Buffer
	if err := diag.Write(&out, diag.AsText, all.Sorted(), result.Texts, diag.Options{Excerpts: true}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
