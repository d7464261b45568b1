package plugins_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A template is the configuration that GitLab includes: a header and jobs.
type template struct {
	inputs map[string]input
	jobs   map[string]gitlabJob
}

type input struct {
	Description, Type string
	Default           any
	Options           []string
}

type gitlabJob struct {
	Stage, Image, Extends string
	Needs                 []string
	Rules                 []struct{ If, When string }
	Variables             map[string]string
	Script                []string
	Artifacts             struct {
		When     string
		ExposeAs string `yaml:"expose_as"`
		Paths    []string
		Reports  map[string]string
	}
}

var interpolation = regexp.MustCompile(`\$\[\[ inputs\.([a-z0-9-]+) \]\]`)

// include reads the template with inputs, as GitLab does: each must be known, and given where it
// has no default.
func include(t *testing.T, with map[string]string) template {
	t.Helper()
	header, body, ok := strings.Cut(read(t, filepath.Join(root, "plugins", "gitlab", "routec.yml")), "\n---\n")
	if !ok {
		t.Fatal("the template has no header")
	}
	var spec struct {
		Spec struct{ Inputs map[string]input }
	}
	decode(t, "the header", header, &spec)
	out := template{inputs: spec.Spec.Inputs, jobs: map[string]gitlabJob{}}
	for name := range with {
		if _, known := out.inputs[name]; !known {
			t.Fatalf("the template has no input %q", name)
		}
	}
	decode(t, "the template", body, &out.jobs)
	fill := func(text string) string {
		return interpolation.ReplaceAllStringFunc(text, func(found string) string {
			name := interpolation.FindStringSubmatch(found)[1]
			value, given := with[name]
			declared, known := out.inputs[name]
			switch {
			case !known:
				t.Fatalf("the template has no input %q", name)
			case !given && declared.Default == nil:
				t.Fatalf("the input %q is missing", name)
			case !given:
				return fmt.Sprint(declared.Default)
			}
			return value
		})
	}
	for name, j := range out.jobs {
		for i := range j.Script {
			if interpolation.MatchString(j.Script[i]) {
				t.Fatalf("an input in what the shell runs: %s", j.Script[i])
			}
		}
		j.Stage, j.Image = fill(j.Stage), fill(j.Image)
		for key, value := range j.Variables {
			j.Variables[key] = fill(value)
		}
		out.jobs[name] = j
	}
	return out
}

// A pipeline is the example's configuration.
type pipeline struct {
	Include []struct {
		Project, Ref, File string
		Inputs             map[string]string
	}
	Comment gitlabJob `yaml:"routec-comment"`
}

func readPipeline(t *testing.T) pipeline {
	t.Helper()
	var p pipeline
	decode(t, ".gitlab-ci.yml", read(t, filepath.Join(root, "examples", "pull-requests", ".gitlab-ci.yml")), &p)
	if len(p.Include) != 1 || p.Include[0].File != "/plugins/gitlab/routec.yml" {
		t.Fatalf("the example includes %+v", p.Include)
	}
	return p
}

// mergeRequest plays the template's job in the example, in each shell that images have.
func mergeRequest(r repository, predefined map[string]string, with map[string]string) ran {
	r.t.Helper()
	inputs := readPipeline(r.t).Include[0].Inputs
	for name, value := range with {
		inputs[name] = value
	}
	j := include(r.t, inputs).jobs["routec"]
	env := j.Variables
	env["PATH"] = withRoutec()
	for name, value := range predefined {
		env[name] = value
	}
	return r.script(env, "sh", "-e", "-c", strings.Join(j.Script, "\n"))
}

func TestGitLabReviews(t *testing.T) {
	r := example(t)
	r.moveTraffic()
	base, _ := r.pull()
	if end := mergeRequest(r, map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, nil); end.code != 1 || !strings.Contains(end.stdout, "frozen") {
		t.Errorf("a stale bundle: %+v", end)
	}
	j := include(t, map[string]string{"image": "x"}).jobs["routec"]
	for _, file := range append([]string{".routec-report/review.md"}, j.Artifacts.Reports["codequality"], j.Artifacts.Reports["junit"]) {
		if read(t, filepath.Join(r.dir, file)) == "" {
			t.Errorf("%s is empty", file)
		}
	}
	r.updateGolden()
	if end := mergeRequest(r, map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, nil); end.code != 0 || !strings.Contains(end.stdout, "checkout") {
		t.Errorf("a change with its bundle: %+v", end)
	}
	if end := mergeRequest(r, nil, nil); end.code != 0 {
		t.Errorf("the default branch: %+v", end)
	}
}

func TestGitLabFails(t *testing.T) {
	r := example(t)
	r.replace("apps/checkout-canary.yaml", "name: checkout-next", "name: checkout-gone")
	base, _ := r.pull()
	env := map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
	with := map[string]string{"fail-on": "warning", "golden": ""}
	if end := mergeRequest(r, env, with); end.code != 2 {
		t.Errorf("%+v", end)
	}
	var found []struct {
		Location struct{ Path string }
	}
	text := read(t, filepath.Join(r.dir, ".routec-report", "gl-code-quality-report.json"))
	if err := json.Unmarshal([]byte(text), &found); err != nil || len(found) == 0 || found[0].Location.Path != "apps/checkout-canary.yaml" {
		t.Errorf("%v\n%s", err, text)
	}
	env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = r.git("rev-parse", "HEAD") // merged results: the target has it
	with["new-only"] = "true"
	if end := mergeRequest(r, env, with); end.code != 0 {
		t.Errorf("merged results: %+v", end)
	}
	env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = strings.Repeat("1", 40)
	if end := mergeRequest(r, env, with); end.code != 4 || !strings.Contains(end.stderr, "GIT_DEPTH") {
		t.Errorf("a base that is not there: %+v", end)
	}
	with["routec"] = "routec-of-nobody"
	if end := mergeRequest(r, env, with); end.code != 4 || !strings.Contains(end.stderr, "no program") {
		t.Errorf("no program: %+v", end)
	}
}

// Names with blanks and signs of the shell are names.
func TestGitLabSources(t *testing.T) {
	r := example(t)
	r.git("mv", "apps", "a $(b) *")
	r.write("empty/empty.yaml", "")
	if end := mergeRequest(r, nil, map[string]string{"source": "a $(b) *\n\nempty\n"}); end.code != 0 {
		t.Errorf("%+v", end)
	}
}

// glab plays GitLab's command, as gh does in the tests of the other.
const glab = `#!/bin/sh
set -eu
printf '%s\n' "$*" >>"$GLAB_FOLDER/calls"
for arg in "$@"; do case $arg in body=@*) cp "${arg#body=@}" "$GLAB_FOLDER/body" ;; esac; done
case "$*" in
"api user") echo '{"id": 5}' ;;
*--paginate*) cat "$GLAB_FOLDER/notes" ;;
esac
`

func TestGitLabComment(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("there is no jq, which the job needs")
	}
	j := include(t, map[string]string{"image": "x"}).jobs[readPipeline(t).Comment.Extends]
	if len(j.Rules) != 1 || !strings.Contains(j.Rules[0].If, "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID") {
		t.Errorf("the job with the token runs by %v", j.Rules)
	}
	post := func(notes string) (calls, body string) {
		t.Helper()
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "notes"), []byte(notes), 0o644); err != nil {
			t.Fatal(err)
		}
		r := repository{t, t.TempDir()}
		r.write(".routec-report/review.md", "<!-- routec-review default -->\nnew\n")
		env := map[string]string{
			"PATH": program(t, "glab", glab), "GLAB_FOLDER": folder,
			"CI_MERGE_REQUEST_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "9",
		}
		if end := r.script(env, "sh", "-e", "-c", strings.Join(j.Script, "\n")); end.code != 0 {
			t.Errorf("%+v", end)
		}
		return read(t, filepath.Join(folder, "calls")), read(t, filepath.Join(folder, "body"))
	}
	const marker = `<!-- routec-review comment -->\n`
	calls, body := post(`[{"id": 1, "author": {"id": 4}, "body": "` + marker + `forged"}][{"id": 2, "author": {"id": 5}, "body": "something"}]`)
	if !strings.Contains(calls, "--method POST projects/3/merge_requests/9/notes ") || body != "<!-- routec-review comment -->\nnew\n" {
		t.Errorf("the first: %s%s", calls, body)
	}
	calls, _ = post(`[{"id": 1, "author": {"id": 4}, "body": "` + marker + `forged"}][{"id": 2, "author": {"id": 5}, "body": "` + marker + `old"}]`)
	if !strings.Contains(calls, "--method PUT projects/3/merge_requests/9/notes/2 ") || strings.Contains(calls, "POST") {
		t.Errorf("the second: %s", calls)
	}
	if calls, _ = post("[]"); !strings.Contains(calls, "POST") {
		t.Errorf("no notes: %s", calls)
	}
}
