package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/emit/review"
	"routec.dev/routec/plugins/gate"
)

// An output is one rendering of the report, and where it goes.
type output struct {
	format diag.Format
	file   string // "" is standard output
}

// outputs reads the flags, before any work.
func (f *checkFlags) outputs() ([]output, error) {
	format, err := diag.ParseFormat(f.Output)
	if err != nil {
		return nil, usageError{fmt.Errorf("--output: %w", err)}
	}
	list := []output{{format, ""}}
	for _, r := range f.Reports {
		name, file, ok := strings.Cut(r, "=")
		if !ok || file == "" {
			return nil, usageError{fmt.Errorf("--report is FORMAT=FILE, not %q", r)}
		}
		if format, err = diag.ParseFormat(name); err != nil {
			return nil, usageError{fmt.Errorf("--report: %w", err)}
		}
		if slices.ContainsFunc(list[1:], func(o output) bool { return filepath.Clean(o.file) == filepath.Clean(file) }) {
			return nil, usageError{fmt.Errorf("--report: two reports cannot both be %s", file)}
		}
		list = append(list, output{format, file})
	}
	switch {
	case f.Write && f.Golden == "":
		err = errors.New("--write needs --golden DIR: the bundle to bring up to date")
	case f.NewOnly && f.Base == "":
		err = errors.New("--new-only needs --base: what the findings are held against")
	case f.FailOnChanges && f.Base == "":
		err = errors.New("--fail-on-changes needs --base: what the tables are held against")
	case f.Budget < review.LeastBudget:
		err = fmt.Errorf("--budget is at least %d bytes", review.LeastBudget)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return list, f.check()
}

// render makes one rendering whole.
func (f *checkFlags) render(report *gate.Report, o output, std streams, specs []string) ([]byte, error) {
	var out bytes.Buffer
	err := report.Write(&out, o.format, gate.WriteOptions{
		TextOptions: gate.TextOptions{
			Unchanged: f.Unchanged, Quiet: f.Quiet, Excerpts: o.file == "" && isTerminal(std.out), Update: f.command(specs, true),
		},
		Version: version(), Budget: f.Budget, Command: f.command(specs, false),
	})
	return out.Bytes(), err
}

// write puts a rendering where it belongs, whole.
func (o output) write(stdout io.Writer, text []byte) error {
	if o.file == "" {
		_, err := stdout.Write(text)
		return err
	}
	if err := writeWhole(o.file, text); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// command is what a reader types to see everything, or to bring the golden bundle up to date.
func (f *checkFlags) command(specs []string, write bool) string {
	words := []string{"routec", "check"}
	if f.Base != "" && !write {
		words = append(words, "--base", f.Base)
	}
	if f.Golden != "" {
		words = append(words, "--golden", f.Golden)
	}
	if write {
		words = append(words, "--write")
	}
	if f.AllTables {
		words = append(words, "--all-tables")
	}
	if f.Mesh != "" {
		words = append(words, "--mesh", f.Mesh)
	}
	if !slices.Equal(specs, []string{"."}) {
		words = append(words, specs...)
	}
	for i, word := range words {
		words[i] = shellWord(word)
	}
	return strings.Join(words, " ")
}

// shellWord quotes a word of a command for a shell, where that is needed.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:@%+=,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
