package routetest

import (
	"bufio"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"routec.dev/routec/ir/source"
)

// Where finds the position of a place, for people.
type Where func(source.Place) string

// Options say how outcomes are written.
type Options struct {
	Where   Where
	Failing bool // only tests that failed, in text and JSON
}

// Text writes a line for each test, what differs below those that failed, and a summary.
func Text(w io.Writer, list []Outcome, opts Options) error {
	where := opts.Where
	out := bufio.NewWriter(w)
	failed := 0
	for i := range list {
		o := &list[i]
		if o.Passed() {
			if !opts.Failing {
				fmt.Fprintf(out, "ok    %s\n", o.Test.FullName())
			}
			continue
		}
		failed++
		fmt.Fprintf(out, "FAIL  %s  (%s)\n", o.Test.FullName(), where(o.At))
		for _, line := range o.lines(where) {
			fmt.Fprintf(out, "      %s\n", line)
		}
	}
	noun := "tests"
	if len(list) == 1 {
		noun = "test"
	}
	fmt.Fprintf(out, "%d %s, %d failed\n", len(list), noun, failed)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print outcomes: %w", err)
	}
	return nil
}

// lines say why a test failed.
func (o *Outcome) lines(where Where) []string {
	if o.Error != "" {
		return []string{o.Error}
	}
	var out []string
	for _, d := range o.Differences {
		out = append(out, d.Field+":", "  want  "+d.Want, "  got   "+d.Got)
	}
	if o.By != "" {
		by := "decided by " + o.By
		if at := where(o.ByPlace); at != "" {
			by += "  (" + at + ")"
		}
		out = append(out, by)
	}
	if o.Meant != "" {
		out = append(out, fmt.Sprintf("%s  (%s)", o.Meant, where(o.MeantPlace)))
	}
	return out
}

// headline is why a test failed, on one line.
func (o *Outcome) headline() string {
	if o.Error != "" {
		return o.Error
	}
	d := o.Differences[0]
	return fmt.Sprintf("%s: want %s, got %s", d.Field, d.Want, d.Got)
}

// A result is an outcome in JSON.
type result struct {
	Name        string       `json:"name"`
	At          string       `json:"at,omitempty"`
	Passed      bool         `json:"passed"`
	Error       string       `json:"error,omitempty"`
	Differences []difference `json:"differences,omitempty"`
	DecidedBy   string       `json:"decidedBy,omitempty"`
	DecidedAt   string       `json:"decidedAt,omitempty"`
	Meant       string       `json:"meant,omitempty"`
	MeantAt     string       `json:"meantAt,omitempty"`
}

type difference struct {
	Field string `json:"field"`
	Want  string `json:"want"`
	Got   string `json:"got"`
	At    string `json:"at,omitempty"`
}

// JSON writes a line of JSON for each test.
func JSON(w io.Writer, list []Outcome, opts Options) error {
	where := opts.Where
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range list {
		o := &list[i]
		if opts.Failing && o.Passed() {
			continue
		}
		r := result{Name: o.Test.FullName(), At: where(o.At), Passed: o.Passed(), Error: o.Error, DecidedBy: o.By, DecidedAt: where(o.ByPlace), Meant: o.Meant, MeantAt: where(o.MeantPlace)}
		for _, d := range o.Differences {
			r.Differences = append(r.Differences, difference{d.Field, d.Want, d.Got, where(d.Place)})
		}
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("print outcomes: %w", err)
		}
	}
	return nil
}

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suites  []*suite `xml:"testsuite"`
}

type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Cases    []testcase
}

type testcase struct {
	XMLName   xml.Name `xml:"testcase"`
	Name      string   `xml:"name,attr"`
	ClassName string   `xml:"classname,attr"`
	File      string   `xml:"file,attr,omitempty"`
	Failure   *failure `xml:"failure"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a test report for CI systems: a suite for each document.
func JUnit(w io.Writer, list []Outcome, opts Options) error {
	where := opts.Where
	var all suites
	var s *suite
	for i := range list {
		o := &list[i]
		if s == nil || s.Name != o.Test.Document {
			s = &suite{Name: o.Test.Document}
			all.Suites = append(all.Suites, s)
		}
		c := testcase{Name: cmp.Or(o.Test.Name, o.Test.Document), ClassName: "routec." + o.Test.Document, File: fileOf(o.Test.Place)}
		s.Tests++
		if !o.Passed() {
			s.Failures++
			lines := o.lines(where)
			c.Failure = &failure{Message: o.headline(), Text: where(o.At) + "\n" + strings.Join(lines, "\n")}
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("print outcomes: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return fmt.Errorf("print outcomes: %w", err)
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func fileOf(p source.Place) string {
	if p.Doc == nil {
		return ""
	}
	return p.Doc.File
}
