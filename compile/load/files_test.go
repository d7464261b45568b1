package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"routec.dev/routec/compile/diag"
)

// tree makes a file system of files that hold what their names map to.
func treeOf(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return out
}

func codes(report *diag.Report) string {
	var list []string
	for _, d := range report.Sorted() {
		list = append(list, fmt.Sprintf("%s %s", d.Code, d.At.Doc.File))
	}
	return strings.Join(list, ", ")
}

func TestFiles(t *testing.T) {
	plain := map[string]string{"a.yaml": "", "b.yml": "", "c.json": "", "d.txt": "", "e/f.yaml": "", "e/g/h.yaml": "", ".git/x.yaml": "", ".github/y.yaml": ""}
	with := func(more map[string]string) map[string]string {
		all := maps.Clone(plain)
		maps.Copy(all, more)
		return all
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		opts  Options
		want  string
		codes string
	}{
		{"everything", plain, Options{}, ".github/y.yaml a.yaml b.yml c.json e/f.yaml e/g/h.yaml", ""},
		{"nothing", map[string]string{}, Options{}, "", ""},
		{"exclude", plain, Options{Exclude: []string{"e/g", "*.json", ".*"}}, "a.yaml b.yml e/f.yaml", ""},
		{"include", plain, Options{Include: []string{"e/", "/b.yml"}}, "b.yml e/f.yaml e/g/h.yaml", ""},
		{"include below", plain, Options{Include: []string{"h.yaml"}}, "e/g/h.yaml", ""},
		{"include and exclude", plain, Options{Include: []string{"e"}, Exclude: []string{"f.yaml"}}, "e/g/h.yaml", ""},
		{"skip", plain, Options{Skip: map[string]bool{"e/g": true, "a.yaml": true}}, ".github/y.yaml b.yml c.json e/f.yaml", ""},
		{"ignore file", with(map[string]string{".routecignore": "# c\n*.yaml\n!a.yaml\n"}), Options{}, "a.yaml b.yml c.json", ""},
		{"nested ignore file", with(map[string]string{".routecignore": "*.yaml\n", "e/.routecignore": "!f.yaml\n"}), Options{}, "b.yml c.json e/f.yaml", ""},
		{"ignored folder stays ignored", with(map[string]string{".routecignore": "e\n!e/f.yaml\n"}), Options{}, ".github/y.yaml a.yaml b.yml c.json", ""},
		{"chart", map[string]string{"c/Chart.yaml": "", "c/templates/a.yaml": "", "c/values.yaml": "", "c/values-prod.yaml": "", "c/more.yaml": "", "c/crds/x.yaml": ""}, Options{}, "c/crds/x.yaml c/more.yaml", "RC0013 c/Chart.yaml"},
		{"too many files", plain, Options{Limits: Limits{Files: 2}}, ".github/y.yaml a.yaml", "RC0009 b.yml"},
		{"too many bytes", map[string]string{"a.yaml": "12345", "b.yaml": "12345", "c.yaml": "1"}, Options{Limits: Limits{TotalSize: 8}, Prefix: "x/"}, "a.yaml", "RC0009 x/b.yaml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var report diag.Report
			names, err := Files(context.Background(), treeOf(c.files), c.opts, &report)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(names, " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if got := codes(&report); got != c.codes {
				t.Errorf("codes %q, want %q", got, c.codes)
			}
		})
	}
}

// TestPatterns follows gitignore(5), case by case.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		folder, want  bool
	}{
		{"foo", "foo", false, true},
		{"foo", "a/b/foo", true, true},
		{"foo", "foobar", false, false},
		{"/foo", "foo", false, true},
		{"/foo", "a/foo", false, false},
		{"foo/", "foo", false, false},
		{"foo/", "a/foo", true, true},
		{"a/b", "a/b", false, true},
		{"a/b", "x/a/b", false, false},
		{"*.y?ml", "a/x.yaml", false, true},
		{"a/*", "a/b", false, true},
		{"a/*", "a/b/c", false, false},
		{"**/b", "b", false, true},
		{"**/b", "a/x/b", false, true},
		{"a/**", "a/x/y", false, true},
		{"a/**", "a", true, false},
		{"a/**/b", "a/b", false, true},
		{"a/**/b", "a/x/y/b", false, true},
		{"a/**/b", "a/x/c", false, false},
		{"a**b", "axxb", false, true},
		{"[a-c].yaml", "b.yaml", false, true},
		{"[!a-c].yaml", "b.yaml", false, false},
		{`\#a`, "#a", false, true},
		{`\!a`, "!a", false, true},
		{"a  ", "a", false, true},
		{`a\ `, "a ", false, true},
		{"#a", "#a", false, false},
		{"", "a", false, false},
		{"/", "a", true, false},
		{"[", "[", false, false},
		{strings.Repeat("**/a/", 20) + "b", strings.Repeat("a/", 200) + "c", false, false},
	} {
		if got := parsePatterns("", []string{c.pattern}).match(c.name, c.folder); got != c.want {
			t.Errorf("%q matches %q (folder %v): %v, want %v", c.pattern, c.name, c.folder, got, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		path := filepath.Join(dir, "root", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("a: b\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.yaml", "d/b.yaml", "d/hidden.txt", "../outside.yaml"} {
		write(name)
	}
	for link, target := range map[string]string{
		"same.yaml":        "a.yaml",
		"d/up.yaml":        "../a.yaml",
		"only.yaml":        "d/hidden.yml",
		"d/hidden.yml":     "hidden.txt",
		"out.yaml":         "../outside.yaml",
		"absolute.yaml":    filepath.Join(dir, "outside.yaml"),
		"x.yaml":           "y.yaml",
		"y.yaml":           "x.yaml",
		"broken.yaml":      "nowhere.yaml",
		"broken":           "nowhere",
		"outfolder":        "..",
		"folder":           "d",
		"d/self":           ".",
		"out.md":           "../outside.yaml",
		"long.yaml":        "d/self/self/self/b.yaml",
		"throughout.yaml":  "outfolder/outside.yaml",
		"foldername.yaml":  "d",
		"dots.yaml":        "d/../a.yaml",
		"dotsoutside.yaml": "d/../../root/a.yaml",
	} {
		if err := os.Symlink(target, filepath.Join(dir, "root", link)); err != nil {
			t.Skip(err)
		}
	}
	root, err := os.OpenRoot(filepath.Join(dir, "root"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	var report diag.Report
	names, err := Files(context.Background(), root.FS(), Options{}, &report)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(names, " "), "a.yaml d/b.yaml d/hidden.yml"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want := "RC0015 absolute.yaml, RC0002 broken.yaml, RC0015 dotsoutside.yaml, RC0015 out.yaml, RC0015 outfolder, RC0015 throughout.yaml, RC0016 x.yaml, RC0016 y.yaml"
	if got := codes(&report); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// denied is a file system in which some names cannot be opened, as for a user
// without the right to.
type denied struct {
	fstest.MapFS
	names []string
}

func (d denied) Open(name string) (fs.File, error) {
	if slices.Contains(d.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return d.MapFS.Open(name)
}

func (d denied) ReadDir(name string) ([]fs.DirEntry, error) {
	if slices.Contains(d.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return d.MapFS.ReadDir(name)
}

func TestUnreadable(t *testing.T) {
	files := treeOf(map[string]string{"a.yaml": "a: b", "b.yaml": "c: d", "d/e.yaml": "", "f/.routecignore": "", "f/g.yaml": "h: i"})
	var report diag.Report
	docs, err := Documents(context.Background(), denied{files, []string{"a.yaml", "d", "f/.routecignore"}}, Options{Prefix: "p/"}, &report)
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 2 || docs[0].Doc.File != "p/b.yaml" || docs[1].Doc.File != "p/f/g.yaml" {
		t.Errorf("documents %+v", docs)
	}
	if got, want := codes(&report), "RC0002 p/a.yaml, RC0002 p/d, RC0002 p/f/.routecignore"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	if _, err := Files(context.Background(), denied{files, []string{"."}}, Options{}, &report); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("an unreadable root gives %v", err)
	}
	files["pipe.yaml"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	if _, err := ReadFile(files, "pipe.yaml", 10); err == nil {
		t.Error("a pipe is read")
	}
	report = diag.Report{}
	if names, err := Files(context.Background(), files, Options{Include: []string{"pipe.yaml"}}, &report); err != nil || len(names) > 0 || codes(&report) != "RC0002 pipe.yaml" {
		t.Errorf("a pipe: %q, %v, %s", names, err, codes(&report))
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Documents(done, files, Options{}, &report); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gives %v", err)
	}
}

func FuzzPatterns(f *testing.F) {
	f.Add("**/a/*\n!b/\n/c\\ \n[x-z", "a/b/c", true)
	f.Fuzz(func(t *testing.T, text, name string, folder bool) {
		list := parsePatterns("", lines([]byte(text)))
		if list.match(name, folder) && len(list) == 0 {
			t.Error("no pattern matches")
		}
		again := append(slices.Clip(list), parsePatterns("", []string{"!**"})...)
		if name != "" && again.match(name, folder) {
			t.Errorf("%q stays out although all is let in", name)
		}
	})
}
