package krm

import (
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Bounds of a value that a result repeats.
const (
	maxValueNodes = 100
	maxValueText  = 1 << 10
	maxSteps      = 1000
)

// value returns what stands at a field path; nil if there is nothing, or too much of it.
func value(n *yaml.Node, path string) any {
	for range maxSteps {
		if n == nil || n.Kind == yaml.AliasNode {
			return nil
		}
		if path == "" {
			break
		}
		n, path = step(n, path)
	}
	if n == nil || path != "" || weight(n, maxValueNodes) < 0 {
		return nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil
	}
	return v
}

// step goes one step along a path. A key may hold dots, so the longest that fits counts.
func step(n *yaml.Node, path string) (next *yaml.Node, rest string) {
	if n.Kind == yaml.SequenceNode {
		digits, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
		i, err := strconv.Atoi(digits)
		if !ok || err != nil || i < 0 || i >= len(n.Content) {
			return nil, ""
		}
		return n.Content[i], strings.TrimPrefix(rest, ".")
	}
	best := -1
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		after, ok := strings.CutPrefix(path, "["+key+"]")
		if !ok {
			after, ok = strings.CutPrefix(path, key)
			ok = ok && key != "" && (after == "" || after[0] == '.' || after[0] == '[')
		}
		if ok && len(path)-len(after) > best {
			best = len(path) - len(after)
			next, rest = n.Content[i+1], strings.TrimPrefix(after, ".")
		}
	}
	return next, rest
}

// weight takes the nodes of a value from a budget; what is left is negative if there are too
// many, too long ones, or aliases, which could expand to anything.
func weight(n *yaml.Node, budget int) int {
	if budget--; n.Kind == yaml.AliasNode || len(n.Value) > maxValueText {
		return -1
	}
	for _, c := range n.Content {
		if budget < 0 {
			return budget
		}
		budget = weight(c, budget)
	}
	return budget
}
