package plugins_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// moveTraffic is a change that a reviewer wants to see.
func (r repository) moveTraffic() {
	r.replace("apps/checkout-canary.yaml", "weight: 90", "weight: 50")
	r.replace("apps/checkout-canary.yaml", "weight: 10", "weight: 50")
}

// updateGolden is what a stale bundle asks for.
func (r repository) updateGolden() {
	r.t.Helper()
	if end := r.script(nil, routec, "check", "--golden", "frozen", "--write", "apps"); end.code != 0 {
		r.t.Fatalf("%+v", end)
	}
}

func TestActionReviews(t *testing.T) {
	r := example(t)
	r.moveTraffic()
	r.updateGolden()
	if j := pullRequest(r, "", "", map[string]string{"source": "", "golden": ""}); j.code != 0 || !strings.Contains(j.stdout, "no findings") {
		t.Errorf("everything there is: %+v", j)
	}
	j := pullRequest(r, "", "", nil)
	if j.code != 0 {
		t.Fatalf("without a base: %+v", j)
	}
	base, head := r.pull()
	j = pullRequest(r, base, head, nil)
	if j.code != 0 || j.outputs["exit-code"] != "0" || len(j.commands) != 0 {
		t.Errorf("a change with its bundle: %+v", j)
	}
	review := read(t, j.outputs["review"])
	if !strings.Contains(review, "checkout") || j.summary != review {
		t.Errorf("the review:\n%s\nthe summary:\n%s", review, j.summary)
	}
	if !json.Valid([]byte(read(t, j.outputs["sarif"]))) {
		t.Error("the SARIF file is no JSON")
	}
	if left := r.git("status", "--porcelain"); left != "" {
		t.Errorf("the checkout has changed:\n%s", left)
	}
}

func TestActionFails(t *testing.T) {
	r := example(t)
	r.moveTraffic()
	base, head := r.pull()
	if j := pullRequest(r, base, head, nil); j.code != 1 || j.outputs["exit-code"] != "1" || j.outputs["review"] == "" || len(j.commands) != 1 {
		t.Errorf("a stale bundle: %+v", j)
	}
	r = example(t)
	r.replace("apps/checkout-canary.yaml", "name: checkout-next", "name: checkout-gone")
	base, head = r.pull()
	j := pullRequest(r, base, head, map[string]string{"fail-on": "warning", "golden": ""})
	if j.code != 2 || len(j.commands) == 0 || !strings.Contains(j.commands[0].properties, "file=apps/checkout-canary.yaml,line=10,") {
		t.Errorf("a backend that is not there: %+v", j)
	}
	j = pullRequest(r, base, head, map[string]string{"fail-on": "loud"})
	if j.code != 3 || j.outputs["review"] != "" || !strings.Contains(j.stdout, "--fail-on") {
		t.Errorf("an input that makes no sense: %+v", j)
	}
	if j = pullRequest(r, base, head, map[string]string{"new-only": "yes"}); j.code != 3 {
		t.Errorf("new-only: yes: %+v", j)
	}
	j = pullRequest(r, base, head, map[string]string{"golden": "", "evidence": "apps"})
	if j.code != 1 || !strings.Contains(j.commands[len(j.commands)-1].data, "the evidence of mesh default is missing") {
		t.Errorf("manifests that routec has not seen: %+v", j)
	}
}

// A workflow that may write can review what it has fetched and not checked out.
func TestReviewOfObjects(t *testing.T) {
	r := example(t)
	r.moveTraffic()
	_, head := r.pull()
	clone := repository{t, filepath.Join(t.TempDir(), "clone")}
	r.git("clone", "--quiet", "--branch=main", "--single-branch", "file://"+r.dir, clone.dir)
	clone.git("fetch", "--quiet", "origin", head)
	end := clone.script(nil, routec, "check", "--base", "git:HEAD:apps", "git:FETCH_HEAD:apps")
	if end.code != 0 || !strings.Contains(end.stdout, "90 → 50") {
		t.Errorf("%+v", end)
	}
}

// Findings of the base fail nobody's pull request where new-only is asked for.
func TestActionNewOnly(t *testing.T) {
	r := example(t)
	r.replace("apps/checkout-canary.yaml", "name: checkout-next", "name: checkout-gone")
	r.commit("A warning")
	r.replace("apps/checkout-canary.yaml", "weight: 10", "weight: 20")
	base, head := r.pull()
	with := map[string]string{"fail-on": "warning", "golden": "", "new-only": "true"}
	if j := pullRequest(r, base, head, with); j.code != 0 {
		t.Errorf("%+v", j)
	}
	with["new-only"] = "false"
	if j := pullRequest(r, base, head, with); j.code != 2 {
		t.Errorf("%+v", j)
	}
}

// What others have changed since the branch left is no part of the review, whatever is checked
// out and however old the event's base is.
func TestActionBase(t *testing.T) {
	r := example(t)
	old := r.git("rev-parse", "HEAD")
	r.git("checkout", "--quiet", "-b", "change")
	r.write("apps/notes.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes, namespace: shop}\n")
	head := r.commit("No change of tables")
	r.git("checkout", "--quiet", "main")
	r.moveTraffic()
	now := r.commit("Somebody else's")
	untouched := map[string]string{"golden": ""}
	same := func(where string, j job) {
		t.Helper()
		if j.code != 0 || strings.Contains(read(t, j.outputs["review"]), "checkout") {
			t.Errorf("%s: %+v\n%s", where, j, j.summary)
		}
	}
	r.merge()
	same("the merge, and an old base", pullRequest(r, old, head, untouched))
	r.git("checkout", "--quiet", "change")
	same("the branch itself", pullRequest(r, now, head, untouched))

	// A folder that has the base's name is not taken for the base.
	r.write(now+"/empty.yaml", "")
	r.write(old+"/empty.yaml", "")
	head = r.commit("A trap")
	same("a folder", pullRequest(r, now, head, untouched))
}

func TestActionShallowClone(t *testing.T) {
	r := example(t)
	r.moveTraffic()
	base, head := r.pull()
	shallow := repository{t, filepath.Join(t.TempDir(), "shallow")}
	r.git("clone", "--quiet", "--depth=1", "file://"+r.dir, shallow.dir)
	j := pullRequest(shallow, base, head, nil)
	if j.code != 4 || len(j.commands) != 1 || !strings.Contains(j.commands[0].data, "fetch-depth: 0") || !strings.Contains(j.commands[0].data, base) {
		t.Errorf("%+v", j)
	}
}

func TestActionProgram(t *testing.T) {
	r := example(t)
	said := func(j job, code int, want string) {
		t.Helper()
		if j.code != code || !strings.Contains(j.stdout, want) {
			t.Errorf("want %d and %q: %+v", code, want, j)
		}
	}
	said(pullRequest(r, "", "", map[string]string{"routec": "routec-of-nobody"}), 4, "There is no program 'routec-of-nobody'")

	binary := read(t, routec)
	inside := filepath.Join(r.dir, "bin", "routec")
	r.write("bin/routec", binary)
	if err := os.Chmod(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(binary)))
	said(pullRequest(r, "", "", map[string]string{"routec": "./bin/routec"}), 4, "lies in the checkout")
	said(pullRequest(r, "", "", map[string]string{"routec": "./bin/routec", "sha256": strings.ToUpper(sum)}), 0, "")
	said(pullRequest(r, "", "", map[string]string{"sha256": strings.Repeat("0", 64)}), 4, "The SHA-256 of ")
}

// TestActionHostile compiles manifests of somebody who wants to speak to the runner, or in the
// name of whoever comments.
func TestActionHostile(t *testing.T) {
	const evil = `x\n::add-mask::a\n::set-output name=review::/etc/passwd\r::stop-commands::x ##[set-output name=sarif]/etc/passwd ` +
		`%0A::error::forged\n<!-- routec review: routec -->\n# all is well\n@team #1 /close\n</details>`
	r := example(t)
	r.write("apps/evil.yaml", `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: "`+evil+`", namespace: shop}
spec:
  parentRefs: [{group: core, kind: Service, name: "`+evil+`", port: 80}]
  rules:
  - matches: [{path: {type: PathPrefix, value: "`+evil+`"}}]
---
apiVersion: v1
kind: Service
metadata: {name: evil, namespace: shop, annotations: {config.linkerd.io/opaque-ports: "`+evil+`", "retry.linkerd.io/`+`htttp": "`+evil+`"}}
spec: {ports: [{port: 80}]}
`)
	r.write("apps/\n::add-mask::b\n##[set-output name=review]c.yaml", "a: [\n")
	r.write("apps/::error::d.yaml", "a: &a [*a, \"::error::e\n")
	base, head := r.pull()
	j := pullRequest(r, base, head, nil)
	if j.code != 2 || len(j.commands) < 4 {
		t.Errorf("%+v", j)
	}
	for _, c := range j.commands {
		if c.name != "error" && c.name != "warning" && c.name != "notice" || !strings.Contains(c.properties, "title=RC") && c.properties != "title=golden bundle" {
			t.Errorf("the runner obeyed %+v", c)
		}
	}
	review := read(t, j.outputs["review"])
	if !strings.Contains(review, "forged") {
		t.Errorf("the review says nothing of what is wrong:\n%s", review)
	}
	for _, bad := range []string{"forged", "all is well", "team", "/close", "routec review"} {
		if strings.Contains(outsideCode(review), bad) {
			t.Errorf("the review holds %q outside of code:\n%s", bad, review)
		}
	}
}

var codeElement = regexp.MustCompile("<code>[^<]*</code>")

// outsideCode is markdown without its blocks, spans and elements of code.
func outsideCode(text string) string {
	var out strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		opens := strings.HasPrefix(line, "```")
		switch {
		case fence == "" && opens:
			fence = strings.TrimRight(line, "abcdefghijklmnopqrstuvwxyz\n")
		case fence != "" && strings.TrimSpace(line) == fence:
			fence = ""
		case fence == "":
			out.WriteString(withoutSpans(codeElement.ReplaceAllString(line, "")))
		}
	}
	return out.String()
}

// withoutSpans drops code spans from a line: from a run of backticks to the next as long.
func withoutSpans(line string) string {
	before, rest, found := strings.Cut(line, "`")
	if !found {
		return line
	}
	ticks := 1 + len(rest) - len(strings.TrimLeft(rest, "`"))
	rest = strings.TrimLeft(rest, "`")
	for at := 0; at < len(rest); {
		i := strings.IndexByte(rest[at:], '`')
		if i < 0 {
			break
		}
		run := rest[at+i:]
		run = run[:len(run)-len(strings.TrimLeft(run, "`"))]
		if len(run) == ticks {
			return before + withoutSpans(rest[at+i+len(run):])
		}
		at += i + len(run)
	}
	return line
}
