package automata

import "routec.dev/routec/ir/automata/syntax"

// CompileSearch prepares a pattern for the question whether it is found anywhere in a text,
// which [Regex.FullSpan] then answers: how the proxy reads the path patterns of service
// profiles (spec/profiles.md §3.5). It fails as [Check] does.
func CompileSearch(pattern string) (*Regex, error) {
	tree, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	return newRegex(syntax.Anywhere(tree)), nil
}
