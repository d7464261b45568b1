package plugins_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gh plays GitHub's command: it notes each call's arguments and body, and answers from files
// by what --jq asks of them, which jq answers as gh's own does.
const gh = `#!/bin/sh
set -eu
file= filter=. url=
for arg in "$@"; do
  case $arg in body=@*) cp "${arg#body=@}" "$GH_FOLDER/body" ;; repos/*) url=$arg ;; esac
  [ "${last-}" != --jq ] || filter=$arg
  last=$arg
done
printf '%s\n' "$*" >>"$GH_FOLDER/calls"
case $url in
*/pulls) file=pulls ;;
*/comments\?*) file=comments ;;
*) echo '{"html_url": "https://github.example/comment"}' | jq -r "$filter"; exit 0 ;;
esac
jq -r "$filter" "$GH_FOLDER/$file"
`

type comment struct {
	ID   int `json:"id"`
	User struct {
		Login string `json:"login"`
	} `json:"user"`
	Body string `json:"body"`
}

// comments plays the commenting action over a pull request's comments.
func comments(t *testing.T, review string, list []comment, github, with map[string]string) (j job, calls, body string) {
	t.Helper()
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("there is no jq, which plays gh's part")
	}
	t.Setenv("GH_FOLDER", t.TempDir())
	file := func(name string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(os.Getenv("GH_FOLDER"), name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file("comments", append([]comment{}, list...))
	file("pulls", []map[string]any{{"number": 6, "head": map[string]string{"sha": "aaaa"}}, {"number": 7, "head": map[string]string{"sha": "bbbb"}}})
	r := repository{t, t.TempDir()}
	r.write("review.md", review)
	inputs := map[string]string{"review": filepath.Join(r.dir, "review.md")}
	for name, value := range with {
		inputs[name] = value
	}
	j = runner{repository: r, folder: "plugins/github/comment", with: inputs, github: github, path: program(t, "gh", gh)}.run()
	noted, _ := os.ReadFile(filepath.Join(os.Getenv("GH_FOLDER"), "calls"))
	sent, _ := os.ReadFile(filepath.Join(os.Getenv("GH_FOLDER"), "body"))
	return j, string(noted), string(sent)
}

func commentOf(id int, login, body string) comment {
	c := comment{ID: id, Body: body}
	c.User.Login = login
	return c
}

func TestCommentIsUpdatedInPlace(t *testing.T) {
	const review = "<!-- routec-review default -->\nnew\n"
	const mine = "<!-- routec-review routec -->\nold"
	onPull := map[string]string{"event.pull_request.number": "12"}
	j, calls, body := comments(t, review, nil, onPull, nil)
	if j.code != 0 || !strings.Contains(calls, "--method POST repos/shop/shop/issues/12/comments") || body != "<!-- routec-review routec -->\nnew\n" {
		t.Errorf("the first: %+v\n%s%s", j, calls, body)
	}
	list := []comment{
		commentOf(1, "somebody", mine), // who forges the marker
		commentOf(2, "github-actions[bot]", "of another workflow, which quotes "+mine),
		commentOf(3, "github-actions[bot]", "<!-- routec-review eu -->\nold"),
		commentOf(4, "github-actions[bot]", mine), commentOf(5, "github-actions[bot]", mine),
	}
	j, calls, body = comments(t, review, list, onPull, nil)
	if j.code != 0 || !strings.Contains(calls, "--method PATCH repos/shop/shop/issues/comments/4 ") || strings.Contains(calls, "POST") || !strings.HasSuffix(body, "\nnew\n") {
		t.Errorf("the second: %+v\n%s", j, calls)
	}
	if j, calls, _ = comments(t, review, list, onPull, map[string]string{"name": "eu"}); j.code != 0 || !strings.Contains(calls, "comments/3 ") {
		t.Errorf("by name: %+v\n%s", j, calls)
	}
}

// A workflow that follows another finds the pull request by what GitHub says of that run.
func TestCommentAfterAnotherWorkflow(t *testing.T) {
	const review = "<!-- routec-review default -->\nnew\n"
	github := map[string]string{
		"event.workflow_run.head_repository.owner.login": "stranger",
		"event.workflow_run.head_branch":                 "$(touch /tmp/x);`id`",
		"event.workflow_run.head_sha":                    "bbbb",
	}
	j, calls, _ := comments(t, review, nil, github, nil)
	if j.code != 0 || !strings.Contains(calls, "head=stranger:$(touch /tmp/x);`id` ") || !strings.Contains(calls, "issues/7/comments") {
		t.Errorf("%+v\n%s", j, calls)
	}
	github["event.workflow_run.head_sha"] = "cccc"
	if j, calls, _ = comments(t, review, nil, github, nil); j.code != 0 || strings.Contains(calls, "POST") || !strings.Contains(j.stdout, "nothing to comment") {
		t.Errorf("a commit that is gone: %+v\n%s", j, calls)
	}
	if j, calls, _ = comments(t, review, nil, nil, nil); j.code != 1 || calls != "" {
		t.Errorf("another event: %+v\n%s", j, calls)
	}
}

func TestCommentRefusals(t *testing.T) {
	onPull := map[string]string{"event.pull_request.number": "12"}
	for what, c := range map[string]struct {
		review string
		with   map[string]string
	}{
		"no file":  {"", map[string]string{"review": "/does/not/exist"}},
		"a folder": {"", map[string]string{"review": t.TempDir()}},
		"a name":   {"x", map[string]string{"name": "a --> b"}},
		"too long": {strings.Repeat("ä", 65536), nil},
	} {
		if j, calls, _ := comments(t, c.review, nil, onPull, c.with); j.code != 1 || calls != "" || len(j.commands) != 1 {
			t.Errorf("%s: %+v\n%s", what, j, calls)
		}
	}
	link := filepath.Join(t.TempDir(), "review.md")
	if err := os.Symlink("/etc/passwd", link); err != nil {
		t.Fatal(err)
	}
	if j, calls, _ := comments(t, "", nil, onPull, map[string]string{"review": link}); j.code != 1 || calls != "" {
		t.Errorf("a link: %+v\n%s", j, calls)
	}
	if j, _, body := comments(t, strings.Repeat("ä", 65500), nil, onPull, nil); j.code != 0 || len(body) < 131000 {
		t.Errorf("characters are counted, not bytes: %+v", j)
	}
}
