package diag

import (
	"cmp"
	"encoding/xml"
	"io"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a test report: a suite a file, a case a finding, which fails where the
// finding makes the run fail. Without any finding there is one case, which passes: CI systems
// take an empty report for a broken one.
func writeJUnit(w io.Writer, list []finding, opts Options) error {
	out := junitSuites{Name: "routec"}
	at := map[string]int{}
	for i := range list {
		f := &list[i]
		name := cmp.Or(f.pos.File, "routec")
		n, ok := at[name]
		if !ok {
			n = len(out.Suites)
			at[name] = n
			out.Suites = append(out.Suites, junitSuite{Name: name})
		}
		out.Suites[n].add(f.junit(opts.FailOn))
	}
	s := junitSuite{Name: "routec"}
	if len(list) == 0 {
		s.add(junitCase{Class: "routec", Name: "no findings"})
	}
	for _, f := range opts.Failures {
		s.add(junitCase{Class: "routec", Name: f.Title, Failure: &junitFailure{"failure", f.Title, f.Message}})
	}
	if len(s.Cases) > 0 {
		out.Suites = append(out.Suites, s)
	}
	for _, s := range out.Suites {
		out.Tests += s.Tests
		out.Failures += s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	s.Cases = append(s.Cases, c)
}

func (f *finding) junit(failOn Severity) junitCase {
	c := junitCase{Class: string(f.Code), Name: f.title(), File: f.pos.File, Line: f.pos.Line}
	text := f.Severity.String() + ": " + f.said()
	if f.pos.File != "" {
		text = f.pos.String() + ": " + text
	}
	if failOn > 0 && f.Severity >= failOn {
		c.Failure = &junitFailure{f.Severity.String(), f.Message, text}
	} else {
		c.Out = text
	}
	return c
}
