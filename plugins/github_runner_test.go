package plugins_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An action is a composite action's metadata, as far as GitHub documents it and ours use it.
type action struct {
	Name, Description string
	Inputs            map[string]struct {
		Description string
		Required    bool
		Default     string
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

// A workflow is the file of one.
type workflow struct {
	Name        string
	On          map[string]map[string][]string
	Permissions map[string]string
	Jobs        map[string]struct {
		If     string
		RunsOn string `yaml:"runs-on"`
		Steps  []step
	}
}

type step struct {
	ID, If, Uses, Run, Shell string
	Env, With                map[string]string
	ContinueOnError          bool `yaml:"continue-on-error"`
}

func readAction(t *testing.T, folder string) action {
	t.Helper()
	var a action
	decode(t, folder, read(t, filepath.Join(root, folder, "action.yml")), &a)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) != 1 {
		t.Fatalf("%s: a composite action of one step is wanted", folder)
	}
	return a
}

func readWorkflow(t *testing.T, name string) workflow {
	t.Helper()
	var w workflow
	decode(t, name, read(t, filepath.Join(root, "examples", "pull-requests", ".github", "workflows", name)), &w)
	return w
}

// uses returns the step of a workflow that uses one of our actions.
func (w workflow) uses(t *testing.T, folder string) step {
	t.Helper()
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if strings.HasPrefix(s.Uses, "OWNER/routec/"+folder+"@") {
				return s
			}
		}
	}
	t.Fatalf("no step of the workflow %s uses %s", w.Name, folder)
	return step{}
}

var expression = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)

// A runner plays GitHub's: it evaluates a composite action's one step and runs it.
type runner struct {
	repository
	folder string            // of the action, from the root
	with   map[string]string // inputs
	github map[string]string // of the context github, by path
	path   string
}

// A job is what the runner holds of one when the action has ended.
type job struct {
	ran
	commands []command // that the runner obeyed
	outputs  map[string]string
	summary  string
}

func (r runner) run() job {
	r.t.Helper()
	a := readAction(r.t, r.folder)
	for name := range r.with {
		if _, known := a.Inputs[name]; !known {
			r.t.Fatalf("%s has no input %q", r.folder, name)
		}
	}
	s := a.Runs.Steps[0]
	if s.Shell != "bash" || expression.MatchString(s.Run) {
		r.t.Fatalf("an expression in what the shell runs: %s", s.Run)
	}
	temp := r.t.TempDir()
	env := map[string]string{
		"PATH": r.path, "GITHUB_ACTION_PATH": filepath.Join(root, r.folder), "GITHUB_WORKSPACE": r.dir, "GITHUB_REPOSITORY": "shop/shop",
		"GITHUB_OUTPUT": filepath.Join(temp, "output"), "GITHUB_STEP_SUMMARY": filepath.Join(temp, "summary"), "RUNNER_TEMP": temp,
	}
	for _, name := range []string{"output", "summary"} {
		if err := os.WriteFile(filepath.Join(temp, name), nil, 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	for name, value := range s.Env {
		env[name] = r.evaluate(a, value)
	}
	// As the runner calls it for the shell "bash".
	ended := r.script(env, "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", s.Run)
	j := job{ran: ended, outputs: map[string]string{}, summary: read(r.t, env["GITHUB_STEP_SUMMARY"])}
	for line := range strings.Lines(read(r.t, env["GITHUB_OUTPUT"])) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if _, known := a.Outputs[name]; !ok || !known {
			r.t.Errorf("the output %q", line)
		}
		j.outputs[name] = value
	}
	j.commands = obey(ended.stdout + "\n" + ended.stderr)
	return j
}

// evaluate replaces expressions: references to inputs and to github, joined by "||".
func (r runner) evaluate(a action, text string) string {
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		for name := range strings.SplitSeq(expression.FindStringSubmatch(found)[1], " || ") {
			value := r.github[strings.TrimPrefix(name, "github.")]
			if input, ok := strings.CutPrefix(name, "inputs."); ok {
				declared, known := a.Inputs[input]
				if !known {
					r.t.Fatalf("%s: no input %q", r.folder, input)
				}
				value = r.evaluate(a, declared.Default)
				if given, ok := r.with[input]; ok {
					value = given
				}
			} else if !strings.HasPrefix(name, "github.") {
				r.t.Fatalf("%s: the expression %q", r.folder, found)
			}
			if value != "" {
				return value
			}
		}
		return ""
	})
}

// A command is a workflow command.
type command struct{ name, properties, data string }

// registered are the commands that the runner knows; the secure ones and those that are off by
// default are among them.
var registered = []string{
	"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path",
	"notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning",
}

var (
	lineBreak  = regexp.MustCompile(`\r\n|\r|\n`)
	commandNew = regexp.MustCompile(`^\s*::([^ :]+) ?(.*?)::(.*)$`) // at the beginning of a line
	commandOld = regexp.MustCompile(`##\[([^ \]]+) ?(.*?)\](.*)$`)  // anywhere in it
)

// obey reads output as the runner does (its ActionCommand and ActionCommandManager): both
// spellings of commands, of which none counts between stop-commands and its token.
func obey(output string) []command {
	var out []command
	known, token := slices.Clone(registered), ""
	for _, line := range lineBreak.Split(output, -1) {
		for _, spelling := range []*regexp.Regexp{commandNew, commandOld} {
			m := spelling.FindStringSubmatch(line)
			if m == nil || !slices.Contains(known, m[1]) {
				continue
			}
			switch {
			case token != "" && m[1] == token:
				token = ""
			case token != "":
			case m[1] == "stop-commands":
				token = m[3]
				known = append(known, token)
			default:
				out = append(out, command{m[1], m[2], m[3]})
			}
			break
		}
	}
	if token != "" {
		out = append(out, command{name: "stop-commands was never ended"})
	}
	return out
}

// pullRequest plays the example's workflow on the pull request that is checked out.
func pullRequest(r repository, base, head string, with map[string]string) job {
	r.t.Helper()
	s := readWorkflow(r.t, "routec.yml").uses(r.t, "plugins/github")
	inputs := maps.Clone(s.With)
	maps.Copy(inputs, with)
	return runner{
		repository: r, folder: "plugins/github", with: inputs, path: withRoutec(),
		github: map[string]string{"event.pull_request.base.sha": base, "event.pull_request.head.sha": head},
	}.run()
}
