package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Exit codes are a contract (README, "Exit codes").
const (
	exitFine      = 0
	exitDifferent = 1 // differences or failed tests, where the verb's job is to find them
	exitFindings  = 2 // findings at or above --fail-on
	exitUsage     = 3
	exitCouldNot  = 4 // could not run
)

// An exit ends the program with a code and nothing more to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// A usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// conclude prints what went wrong and returns the exit code for it.
func conclude(err error, w io.Writer) int {
	var code exit
	var usage usageError
	switch {
	case err == nil:
		return exitFine
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		fmt.Fprintf(w, "routec: %s\n", tame(err.Error()))
		return exitUsage
	}
	fmt.Fprintf(w, "routec: %s\n", tame(err.Error()))
	return exitCouldNot
}

// tame replaces what drives a terminal: errors tell names of files, and of what bundles hold.
// Lines stay, since some errors are several.
func tame(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' { // of usage, too
			return ' '
		}
		return r
	}, s)
}
