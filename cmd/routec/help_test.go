package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// verbs calls f for every command that is ours and does something.
func verbs(f func(*cobra.Command)) {
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "completion" || cmd.Name() == "help" {
			return
		}
		f(cmd)
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	for _, c := range rootCommand(streams{}).Commands() {
		walk(c)
	}
}

// Every verb has a place in the README.
func TestVerbsInReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range rootCommand(streams{}).Commands() {
		if c.Name() != "help" && !regexp.MustCompile("`routec "+c.Name()+"[ `]").Match(text) {
			t.Errorf("the README has no place for 'routec %s'", c.Name())
		}
	}
}

// Every verb that takes something shows an example, and every example is a command line that
// the program takes.
func TestExamplesOfHelp(t *testing.T) {
	quoted := regexp.MustCompile(`'[^']*'|\S+`)
	verbs(func(cmd *cobra.Command) {
		if strings.Contains(cmd.Use, " ") && cmd.Example == "" {
			t.Errorf("'%s --help' has no example", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Example) {
			_, call, ok := strings.Cut(" "+line, " routec ")
			if !ok {
				continue // another program, which calls routec
			}
			call, _, _ = strings.Cut(call, " > ")
			call, _, _ = strings.Cut(call, " | ")
			call = strings.ReplaceAll(call, "$(git rev-parse --short HEAD)", "abc")
			var words []string
			for _, w := range quoted.FindAllString(call, -1) {
				words = append(words, strings.Trim(w, "'"))
			}
			found, rest, err := rootCommand(streams{}).Find(words)
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil && found.Args != nil {
				err = found.Args(found, found.Flags().Args())
			}
			if err != nil {
				t.Errorf("%s: the example %q: %v", cmd.CommandPath(), strings.TrimSpace(line), err)
			}
		}
	})
}

// Where a flag's description lists its values, shells complete these.
func TestValuesAreCompleted(t *testing.T) {
	list := regexp.MustCompile(`: (\w+(?:, \w+)* or \w+)`)
	listed := 0
	verbs(func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			m := list.FindStringSubmatch(flag.Usage)
			if m == nil {
				return
			}
			listed++
			want := strings.Split(strings.Replace(m[1], " or ", ", ", 1), ", ")
			complete, ok := cmd.GetFlagCompletionFunc(flag.Name)
			if !ok {
				t.Errorf("%s --%s: nothing is completed; values are %v", cmd.CommandPath(), flag.Name, want)
				return
			}
			if got, _ := complete(cmd, nil, ""); !slices.Equal(got, want) {
				t.Errorf("%s --%s: completed is %v, described %v", cmd.CommandPath(), flag.Name, got, want)
			}
		})
	})
	if listed < 20 {
		t.Errorf("only %d flags list their values", listed)
	}
}

// Wrong arguments are answered with what is right.
func TestWrongArguments(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"show", "routec: an argument is missing; the usage is: routec show NAMESPACE/NAME [SOURCE...] [flags]\n"},
		{"diff a b c", "routec: 3 arguments do not fit; the usage is: routec diff [OLD [NEW]] [flags]\n"},
		{"version 1", "routec: 1 argument does not fit; the usage is: routec version [flags]\n"},
		{"compil", "routec: there is no command \"compil\"; 'routec compile' is near\n"},
		{"argocd generat", "routec: there is no command \"generat\"; 'routec argocd generate' is near\n"},
		{"xyz", "routec: there is no command \"xyz\"\n"},
	} {
		if _, stderr := printed(t, exitUsage, strings.Fields(c.args)...); !strings.HasPrefix(stderr, c.want) {
			t.Errorf("routec %s:\n%s", c.args, stderr)
		}
	}
}
