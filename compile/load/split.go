package load

import (
	"bytes"

	"routec.dev/routec/ir/source"
)

// split cuts the text of a file into its documents.
//
// A line that begins with "---" or "..." and then ends or goes on with a blank is
// a marker wherever it stands, inside block scalars too (YAML 1.2 §9.1.2), so that
// one broken document does not take the others of its file with it. Directives
// (%YAML) stay with the document that they precede. Documents that hold nothing
// but comments are left out and not counted.
//
// After "..." a document may begin without "---"; bare lists the indexes of such
// documents, which kubectl does not see. No more than limit documents are cut off, and
// one to tell that there are more.
func split(file string, text []byte, limit int) (docs []Document, bare []int) {
	s := splitter{file: file, limit: limit, text: text, line: 1}
	for {
		end, marker := s.nextMarker()
		if marker == "---" && s.onlyDirectives(end) {
			s.scan, s.explicit = s.lineAfter(end), true
			continue
		}
		s.emit(end)
		if marker == "" || len(s.docs) > s.limit {
			return s.docs, s.bare
		}
		s.open(end, marker)
	}
}

type splitter struct {
	file  string
	limit int // how many documents are cut off, and one more
	text  []byte
	docs  []Document
	bare  []int

	start, line int  // offset and line where the current document begins
	scan        int  // offset of the line from which to look for the next marker
	explicit    bool // the current document has begun with "---"
	afterDots   bool // the current document follows a "..."
}

// nextMarker returns the offset of the next marker line and the marker; at the end
// of the text, the text's length and "".
func (s *splitter) nextMarker() (int, string) {
	for at := s.scan; at < len(s.text); at = s.lineAfter(at) {
		if m := markerAt(s.text[at:]); m != "" {
			return at, m
		}
	}
	return len(s.text), ""
}

// markerAt returns the marker that the line at the start of text is, or "".
func markerAt(text []byte) string {
	if len(text) < 3 || text[0] != '-' && text[0] != '.' || text[1] != text[0] || text[2] != text[0] {
		return ""
	}
	if len(text) > 3 && text[3] != '\n' && text[3] != ' ' && text[3] != '\t' {
		return ""
	}
	if text[0] == '-' {
		return "---"
	}
	return "..."
}

// lineAfter returns the offset of the line after the one that offset at is in.
func (s *splitter) lineAfter(at int) int {
	if i := bytes.IndexByte(s.text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(s.text)
}

// onlyDirectives reports whether the current document is up to end nothing but
// directives, comments and blank lines, with at least one directive.
func (s *splitter) onlyDirectives(end int) bool {
	if s.explicit {
		return false
	}
	found := false
	for line := range bytes.Lines(s.text[s.start:end]) {
		if line[0] == '%' {
			found = true
		} else if !blankOrComment(line) {
			return false
		}
	}
	return found
}

// emit appends the document that ends before offset end, if it holds anything. JSON
// objects that follow one another without a marker are documents of their own.
func (s *splitter) emit(end int) {
	text, line := s.text[s.start:end:end], s.line
	if !hasContent(text) {
		return
	}
	if s.afterDots && !s.explicit {
		s.bare = append(s.bare, len(s.docs))
	}
	for {
		cut, several := jsonEnd(text)
		if !several || len(s.docs) > s.limit {
			s.add(text, line)
			return
		}
		s.add(text[:cut], line)
		line += bytes.Count(text[:cut], []byte{'\n'})
		text = text[cut:]
	}
}

func (s *splitter) add(text []byte, line int) {
	doc := source.Doc{File: s.file, Index: len(s.docs), Line: line}
	s.docs = append(s.docs, Document{Doc: doc, Text: text})
}

// open begins the document behind the marker at offset at. A marker line that
// holds more than a comment belongs to the document.
func (s *splitter) open(at int, marker string) {
	s.line += bytes.Count(s.text[s.start:at], []byte{'\n'})
	s.start, s.scan = at, s.lineAfter(at)
	s.explicit, s.afterDots = marker == "---", marker == "..."
	if marker == "..." || blankOrComment(s.text[at+len(marker):s.scan]) {
		s.start = s.scan
		s.line++
	}
}

// hasContent reports whether any line is more than a comment or a bare marker.
func hasContent(text []byte) bool {
	for line := range bytes.Lines(text) {
		if blankOrComment(line) || markerAt(line) != "" && blankOrComment(line[3:]) {
			continue
		}
		return true
	}
	return false
}

// blankOrComment reports whether a line is empty or holds only a comment.
func blankOrComment(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\n")
	return len(line) == 0 || line[0] == '#'
}
