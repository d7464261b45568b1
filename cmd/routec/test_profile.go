package main

import (
	"fmt"
	"io"
	"slices"

	"routec.dev/routec/ir/cover"
)

// lcov writes coverage by line. A line is as covered as the least covered part on it.
func lcov(w io.Writer, all []*cover.Part, t *session) {
	for _, file := range groupBy(all, func(p *cover.Part) string { return p.Place.Doc.File }) {
		fmt.Fprintf(w, "TN:\nSF:%s\n", file[0].Place.Doc.File)
		lines, hits := hitsByLine(file, t)
		slices.Sort(lines)
		reached := 0
		for _, n := range lines {
			fmt.Fprintf(w, "DA:%d,%d\n", n, hits[n])
			if hits[n] > 0 {
				reached++
			}
		}
		fmt.Fprintf(w, "LF:%d\nLH:%d\nend_of_record\n", len(lines), reached)
	}
}

// coverSource prints the documents that hold parts, each line with how often the parts that
// begin on it were reached.
func coverSource(out io.Writer, all []*cover.Part, t *session) {
	for _, file := range groupBy(all, func(p *cover.Part) string { return p.Place.Doc.File }) {
		_, hits := hitsByLine(file, t)
		fmt.Fprintf(out, "\n%s\n", file[0].Place.Doc.File)
		last := -1
		for _, p := range file {
			if p.Place.Doc.Index == last {
				continue
			}
			last = p.Place.Doc.Index
			for i, text := range t.result.Texts.Lines(*p.Place.Doc) {
				number := p.Place.Doc.Line + i
				mark := ""
				if n, ok := hits[number]; ok && n > 0 {
					mark = fmt.Sprintf("%d×", n)
				} else if ok {
					mark = "!!!"
				}
				fmt.Fprintf(out, "%5d %5s  %s\n", number, mark, text)
			}
		}
	}
}
