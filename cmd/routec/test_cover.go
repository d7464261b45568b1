package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/ir/cover"
)

type coverFlags struct {
	Cover     bool
	Source    bool
	FailUnder float64
	Profile   string
}

func (f *coverFlags) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.Cover, "cover", false, "say what no test reached, by file and by route")
	flags.BoolVar(&f.Source, "cover-source", false, "print the manifests with how often each part was reached")
	flags.Float64Var(&f.FailUnder, "fail-under", 0, "exit with 1 where less than this many `PERCENT` of all parts are covered")
	flags.StringVar(&f.Profile, "cover-profile", "", "write coverage by line to `FILE`, in lcov's format")
}

func (f *coverFlags) check() error {
	if f.FailUnder < 0 || f.FailUnder > 100 {
		return usageError{fmt.Errorf("--fail-under is from 0 to 100, not %v", f.FailUnder)}
	}
	return nil
}

// asked reports whether anything is to be said of coverage.
func (f *coverFlags) asked() bool { return f.Cover || f.Source || f.FailUnder > 0 || f.Profile != "" }

// report writes what was asked for. It reports whether too little is covered. Text goes to
// standard output, or where that holds another format, to standard error.
func (f *coverFlags) report(std streams, t *session, text bool) (short bool, err error) {
	if !f.asked() {
		return false, nil
	}
	w := std.out
	if !text {
		w = std.err
	}
	all := merge(t.covered)
	out := bufio.NewWriter(w)
	if f.Cover {
		coverText(out, all, t)
	}
	if f.Source {
		coverSource(out, all, t)
	}
	reached, parts := cover.Covered(all)
	if f.FailUnder > 0 && percent(reached, parts) < f.FailUnder {
		fmt.Fprintf(out, "coverage of %.1f %% is below --fail-under %v\n", percent(reached, parts), f.FailUnder)
		short = true
	}
	if err := out.Flush(); err != nil {
		return short, fmt.Errorf("print coverage: %w", err)
	}
	if f.Profile == "" {
		return short, nil
	}
	var b strings.Builder
	lcov(&b, all, t)
	if err := writeWhole(f.Profile, []byte(b.String())); err != nil {
		return short, fmt.Errorf("write coverage: %w", err)
	}
	return short, nil
}

// merge joins the parts of a fleet: what one cluster's tests reached is reached.
func merge(list []*cover.Coverage) []*cover.Part {
	if len(list) == 1 {
		return list[0].Parts
	}
	var out []*cover.Part
	seen := map[cover.ID]*cover.Part{}
	for _, c := range list {
		for _, p := range c.Parts {
			if first := seen[p.ID]; first != nil {
				first.Hits += p.Hits
				continue
			}
			copied := *p
			seen[p.ID] = &copied
			out = append(out, &copied)
		}
	}
	return out
}

func percent(reached, all int) float64 {
	if all == 0 {
		return 100
	}
	return 100 * float64(reached) / float64(all)
}

// coverText says what is covered of each file and route, and lists what is not. What is
// inside of a rule that no test reached is not listed again.
func coverText(out io.Writer, all []*cover.Part, t *session) {
	fmt.Fprintln(out, "\ncoverage:")
	for _, file := range groupBy(all, func(p *cover.Part) string { return p.Place.Doc.File }) {
		line(out, "  ", file[0].Place.Doc.File, file)
		for _, object := range groupBy(file, func(p *cover.Part) string { return p.Object.String() }) {
			line(out, "    ", object[0].Object.String(), object)
			listed := -1
			for _, p := range object {
				if p.Hits > 0 || p.Kind != cover.Rule && p.Rule == listed && listed >= 0 {
					continue
				}
				if p.Kind == cover.Rule {
					listed = p.Rule
				}
				fmt.Fprintf(out, "      not reached: %-13s  %s  (%s)\n", p.Kind, cmp.Or(p.Field, "the whole of it"), t.where(p.Place))
			}
		}
	}
	var kinds []string
	for _, k := range cover.Kinds {
		var of []*cover.Part
		for _, p := range all {
			if p.Kind == k {
				of = append(of, p)
			}
		}
		if len(of) > 0 {
			reached, n := cover.Covered(of)
			kinds = append(kinds, fmt.Sprintf("%d of %s", reached, plural(n, k.String())))
		}
	}
	reached, n := cover.Covered(all)
	fmt.Fprintf(out, "%.1f %% of %s: %s\n", percent(reached, n), count(n, "part"), cmp.Or(strings.Join(kinds, ", "), "there are none"))
}

func plural(n int, noun string) string {
	if n != 1 && noun == cover.Match.String() {
		return fmt.Sprintf("%d matches", n)
	}
	return count(n, noun)
}

func line(out io.Writer, indent, name string, parts []*cover.Part) {
	reached, n := cover.Covered(parts)
	fmt.Fprintf(out, "%s%5.1f %%  %s\n", indent, percent(reached, n), name)
}

// groupBy cuts a sorted list where the key changes.
func groupBy(list []*cover.Part, key func(*cover.Part) string) [][]*cover.Part {
	var out [][]*cover.Part
	for i, p := range list {
		if i == 0 || key(list[i-1]) != key(p) {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// hitsByLine returns how often the least reached part of each line was reached.
func hitsByLine(file []*cover.Part, t *session) (lines []int, hits map[int]int) {
	hits = map[int]int{}
	for _, p := range file {
		pos, _ := t.result.Texts.Locate(p.Place)
		if n, ok := hits[pos.Line]; !ok {
			lines = append(lines, pos.Line)
			hits[pos.Line] = p.Hits
		} else {
			hits[pos.Line] = min(n, p.Hits)
		}
	}
	return lines, hits
}
