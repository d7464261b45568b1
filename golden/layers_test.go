package golden

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "routec.dev/routec/"

// TestLayers holds layers.txt, the import policy, against what the Go tool reports.
func TestLayers(t *testing.T) {
	policy := readLayers(t)
	used := map[string]bool{}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		rule, key, ok := policy.rule(name)
		if !ok {
			t.Errorf("no line of layers.txt names %s", name)
			continue
		}
		used[key] = true
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, module); ok {
				if own != name && !slices.ContainsFunc(rule, func(pattern string) bool { return covers(pattern, own) }) {
					t.Errorf("%s may not import %s", name, own)
				}
				continue
			}
			policy.outside(t, name, i)
		}
	}
	for key := range policy.own {
		if !used[key] {
			t.Errorf("layers.txt names %s, which is no package", key)
		}
	}
}

type layers struct {
	own     map[string][]string // package or pattern → what it may import
	modules map[string][]string // outside module → who may import it
}

func readLayers(t *testing.T) layers {
	t.Helper()
	f, err := os.Open("layers.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := layers{map[string][]string{}, map[string][]string{}}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, list, ok := strings.Cut(line, ":")
		name = strings.TrimSpace(name)
		if !ok {
			t.Fatalf("layers.txt: no colon in %q", line)
		}
		if outside, ok := strings.CutPrefix(name, "@"); ok {
			out.modules[outside] = strings.Fields(list)
			continue
		}
		out.own[name] = strings.Fields(list)
	}
	return out
}

// rule returns what a package may import: its own line's list, else that of the longest
// pattern that covers it.
func (l layers) rule(name string) (may []string, key string, ok bool) {
	if may, ok := l.own[name]; ok {
		return may, name, true
	}
	for k := range l.own {
		if covers(k, name) && len(k) > len(key) {
			key = k
		}
	}
	may, ok = l.own[key]
	return may, key, ok
}

func covers(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == name
}

// outside checks an import of another module against who may have it.
func (l layers) outside(t *testing.T, name, imported string) {
	for m, who := range l.modules {
		if imported != m && !strings.HasPrefix(imported, m+"/") {
			continue
		}
		if !slices.ContainsFunc(who, func(pattern string) bool { return covers(pattern, name) }) {
			t.Errorf("%s may not import %s", name, imported)
		}
	}
	if strings.HasPrefix(name, "ir") && strings.Contains(imported, ".") {
		t.Errorf("%s imports %s: ir imports the standard library alone", name, imported)
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Dir = ".."
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var out []goPackage
	for d := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		out = append(out, p)
	}
}
