package load

import (
	"bytes"
	"sort"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// maxBisected is the size of the largest text in which firstLineWith looks for a
// line; it parses a beginning of the text about twenty times.
const maxBisected = 256 << 10

// firstLineWith returns the last line of the shortest beginning of text that the
// library refuses with this message, or 0.
func firstLineWith(text []byte, message string) int {
	if len(text) > maxBisected {
		return 0
	}
	ends := lineEnds(text)
	line := 1 + sort.Search(len(ends), func(i int) bool {
		var n yaml.Node
		err := yaml.Unmarshal(text[:ends[i]], &n)
		return err != nil && libraryMessage(err) == message
	})
	if line > len(ends) {
		return 0
	}
	return line
}

// lineEnds returns the offset behind each line.
func lineEnds(text []byte) []int {
	var ends []int
	at := 0
	for line := range bytes.Lines(text) {
		at += len(line)
		ends = append(ends, at)
	}
	return ends
}

// firstColumn returns the column of the first character of a line that is no
// blank, from 1; a tab among the blanks is the one to look at. It is 0 on an empty line.
func firstColumn(text []byte, line int) int {
	n := 0
	for l := range bytes.Lines(text) {
		if n++; n < line {
			continue
		}
		for i, c := range l {
			if c != ' ' && c != '\n' {
				return i + 1
			}
		}
		break
	}
	return 0
}
