package main

import (
	"context"
	"fmt"
	"io"
	"regexp"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/routetest"
	"routec.dev/routec/ir/cover"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

type testFlags struct {
	sourceFlags
	Run      string
	Output   string
	Failing  bool
	Generate bool
	coverFlags
}

func testCommand(std streams) *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test [SOURCE...]",
		Short: "Run the RouteTests beside the manifests, and say what they reach",
		Long: `Test runs the RouteTest documents of the sources: each says of a request who sends it, and
what is expected of the proxies: backends with their shares, a status, headers, timeouts,
who governs, or whether a workload lets the client in.

  apiVersion: routec.dev/v1alpha1
  kind: RouteTest
  metadata: {name: smiley, namespace: faces}
  spec:
    from: books
    tests:
    - name: the center is split
      request: {grpc: faces.Smiley/Center, to: "smiley.faces:50051"}
      expect:
        backends:
        - {service: smiley, share: 90%}
        - {service: smiley2, share: 10%}

With --cover, it says which rules, matches, filters, backends and authorizations no test
reached: by what decided each request, not by what was looked at. One of several backends
counts only for a test that expects something of it. With --generate, it prints the tests
that are missing, each with a request that reaches just that part; of a part that no request
reaches, it says what hides it.

Exit code 1 says that a test failed, or that less than --fail-under is covered; 2 that a
test cannot be read.`,
		Example: `  routec test
  routec test examples/faces --cover
  routec test --run 'faces/.*split' -o junit > report.xml
  routec test --generate > missing.yaml`,
		Args: usageArgs(cobra.ArbitraryArgs),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), std, args) },
	}
	f.sourceFlags.bind(cmd)
	cmd.Flags().StringVar(&f.Run, "run", "", "run only tests whose name, NAMESPACE/DOCUMENT: TEST, matches this `REGEX`")
	cmd.Flags().StringVarP(&f.Output, "output", "o", "text", "`FORMAT`: text, json or junit")
	choices(cmd, "output", "text", "json", "junit")
	cmd.Flags().BoolVar(&f.Failing, "failing", false, "print only tests that failed")
	cmd.Flags().BoolVar(&f.Generate, "generate", false, "print the missing tests as a RouteTest instead")
	f.coverFlags.bind(cmd)
	return cmd
}

var testFormats = map[string]func(io.Writer, []routetest.Outcome, routetest.Options) error{
	"text": routetest.Text, "json": routetest.JSON, "junit": routetest.JUnit,
}

func (f *testFlags) run(ctx context.Context, std streams, specs []string) error {
	format, ok := testFormats[f.Output]
	if !ok {
		return usageError{fmt.Errorf("--output is text, json or junit, not %q", f.Output)}
	}
	wanted, err := regexp.Compile(f.Run)
	if err != nil {
		return usageError{fmt.Errorf("--run: %w", err)}
	}
	if err := f.coverFlags.check(); err != nil {
		return err
	}
	result, err := f.decide(ctx, std, specs, nil)
	if err != nil {
		return err
	}
	broken, err := brokenTests(std, result)
	if err != nil {
		return err
	}
	run := &session{result: result, counting: f.Generate || f.coverFlags.asked()}
	if len(result.Clusters) == 0 {
		return exit(exitFindings)
	}
	for _, c := range result.Clusters {
		run.runCluster(c, wanted)
	}
	if f.Generate {
		return run.generate(std)
	}
	if err := run.print(std, format, f); err != nil {
		return err
	}
	short, err := f.coverFlags.report(std, run, f.Output == "text")
	switch {
	case err != nil:
		return err
	case broken:
		return exit(exitFindings)
	case run.failed() || short:
		return exit(exitDifferent)
	}
	return nil
}

// A session is a run of all tests.
type session struct {
	result   *compile.Result
	outcomes []routetest.Outcome
	covered  []*cover.Coverage // by cluster
	runners  []*routetest.Runner
	counting bool
}

// coverage is nil where nobody asks for it.
func (t *session) coverage(c *compile.Cluster) *cover.Coverage {
	if !t.counting {
		return nil
	}
	return cover.Of(c.Program)
}

func (t *session) runCluster(c *compile.Cluster, wanted *regexp.Regexp) {
	refused := eval.Refusals{}
	if len(c.Refused) > 0 { // else each table has been asked about already
		refused = refusals()
	}
	r := &routetest.Runner{Cluster: eval.NewCluster(c.Program, refused), Coverage: t.coverage(c)}
	for i := range c.Tests {
		if wanted.MatchString(c.Tests[i].FullName()) {
			t.outcomes = append(t.outcomes, r.Run(&c.Tests[i]))
		}
	}
	if r.Coverage != nil {
		t.covered = append(t.covered, r.Coverage)
	}
	t.runners = append(t.runners, r)
}

func (t *session) failed() bool {
	for i := range t.outcomes {
		if !t.outcomes[i].Passed() {
			return true
		}
	}
	return false
}

func (t *session) where(p source.Place) string {
	if p.Doc == nil {
		return ""
	}
	pos, _ := t.result.Texts.Locate(p)
	return pos.String()
}

func (t *session) print(std streams, format func(io.Writer, []routetest.Outcome, routetest.Options) error, f *testFlags) error {
	if len(t.outcomes) == 0 {
		if f.Run != "" {
			fmt.Fprintf(std.err, "routec: no test matches --run %s\n", f.Run)
		} else {
			fmt.Fprintln(std.err, "routec: the sources hold no RouteTest; 'routec test --generate' writes some to begin with")
		}
	}
	return format(std.out, t.outcomes, routetest.Options{Where: t.where, Failing: f.Failing})
}

// brokenTests prints what is wrong with RouteTests, and says that there is more to know.
func brokenTests(std streams, result *compile.Result) (bool, error) {
	var mine, others []diag.Diagnostic
	for _, d := range errorsIn(result) {
		if d.Code == diag.TestUnknownField || d.Code == diag.TestBadValue || d.Code == diag.MeshBadValue || d.Code == diag.MeshUnknownField {
			mine = append(mine, d)
		} else {
			others = append(others, d)
		}
	}
	if err := diag.Write(std.err, diag.AsText, mine, result.Texts, diag.Options{Excerpts: isTerminal(std.err)}); err != nil {
		return false, err
	}
	if n := len(others); n > 0 {
		fmt.Fprintf(std.err, "routec: %s in the sources: 'routec lint' shows them\n", count(n, "error"))
	}
	return len(mine) > 0, nil
}
