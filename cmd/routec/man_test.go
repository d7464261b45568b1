package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every verb has a page, twice the same, in which blocks are kept as they are.
func TestManPages(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "new", "man1"), t.TempDir()
	printed(t, exitFine, "man", a)
	printed(t, exitFine, "man", b)
	verbs(func(cmd *cobra.Command) {
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
		page, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Error(err)
		}
		if again, err := os.ReadFile(filepath.Join(b, name)); err != nil || !bytes.Equal(page, again) {
			t.Errorf("%s differs from run to run: %v", name, err)
		}
	})
	page, err := os.ReadFile(filepath.Join(a, "routec-test.1"))
	if err != nil || !strings.Contains(string(page), ".EX\napiVersion: routec.dev/v1alpha1\nkind: RouteTest\n") {
		t.Errorf("the RouteTest is no block: %v\n%s", err, page)
	}
}

// Each shell that the README names has a script.
func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if script, _ := printed(t, exitFine, "completion", shell); !strings.Contains(script, "__complete") {
			t.Errorf("%s:\n%s", shell, script)
		}
	}
}
