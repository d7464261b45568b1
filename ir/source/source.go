// Package source says where something was written.
//
// A place is a document and a field path in it. Line and column of a field are
// not kept: they are found again, by reading the one document once more, when a
// finding needs them (compile/load.Locate).
package source

import "strconv"

// A Doc is one YAML or JSON document in a file.
type Doc struct {
	File  string // slash-separated, as the user would type it; "-" for standard input
	Root  string // the part of File that leads to the source; what follows is the same wherever that is
	Index int    // position of the document in its file, from 0
	Line  int    // first line of the document in its file, from 1
}

// A Place is a field of a document. The zero Place is "nowhere".
type Place struct {
	Doc   *Doc
	Item  string // path of the object when a List holds it, such as "items[3]"; else empty
	Field string // path in the object, such as "spec.rules[0].backendRefs[1].port"; empty is the whole object
}

// File returns the place of a file or folder as a whole.
func File(name string) Place { return Place{Doc: &Doc{File: name}} }

// Sub returns the place of a field below p; path is relative to p, such as "rules[0]" or "[2]".
func (p Place) Sub(path string) Place {
	p.Field = Join(p.Field, path)
	return p
}

// Join appends a relative field path to another.
func Join(base, path string) string {
	if base == "" || path == "" || path[0] == '[' {
		return base + path
	}
	return base + "." + path
}

// Index appends a list index to a field path.
func Index(base string, i int) string { return base + "[" + strconv.Itoa(i) + "]" }

// A Pos is a resolved position. Line and Col count from 1; 0 means unknown.
type Pos struct {
	File      string
	Line, Col int
}

// String returns FILE:LINE:COL, as editors read it, without what is unknown.
func (p Pos) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Col > 0 {
			s += ":" + strconv.Itoa(p.Col)
		}
	}
	return s
}
