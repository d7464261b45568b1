package load

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"routec.dev/routec/ir/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// A tree builds unstructured content from the nodes of one parsed document.
type tree struct {
	limits     Limits
	loneTags   map[position]bool
	path       []string // field path of the value being built, for duplicates only
	depth      int
	inAlias    map[*yaml.Node]bool // aliases being followed
	aliasNodes int                 // values built below aliases
	duplicates []duplicate
}

// A duplicate is a key that a map has twice.
type duplicate struct {
	field       string
	first, last int // lines, from 1 in the document's text
}

// maxDuplicates is how many duplicates of one document are told one by one.
const maxDuplicates = 20

// noteDuplicate appends a duplicate; those beyond maxDuplicates have no field.
func noteDuplicate(list []duplicate, field func() string, first, last int) []duplicate {
	d := duplicate{first: first, last: last}
	if len(list) < maxDuplicates {
		d.field = field()
	}
	return append(list, d)
}

// A SyntaxError says why a document has no content, and where in its text.
type SyntaxError struct {
	Line, Col int // from 1; Col is 0 when unknown
	Message   string
	kind      errorKind
}

type errorKind int

const (
	invalid errorKind = iota
	tooDeep
	tooManyAliases
)

func (e *SyntaxError) Error() string {
	if e.Col > 0 {
		return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Message)
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

func errorAt(n *yaml.Node, kind errorKind, format string, args ...any) error {
	return &SyntaxError{Line: n.Line, Col: n.Column, Message: fmt.Sprintf(format, args...), kind: kind}
}

func deepMessage(limits Limits) string {
	return fmt.Sprintf("maps and lists are nested more than %d deep", limits.Depth)
}

// value builds the content of a node.
func (t *tree) value(n *yaml.Node) (any, error) {
	if len(t.inAlias) > 0 {
		if t.aliasNodes++; t.aliasNodes > t.limits.AliasNodes {
			return nil, errorAt(n, tooManyAliases, "the document's aliases expand to more than %d values", t.limits.AliasNodes)
		}
	}
	if t.hasLoneTag(n) {
		return nil, errorAt(n, invalid, `the tag "!" is not supported; put text in quotes instead`)
	}
	if n.Kind == yaml.ScalarNode {
		return scalarValue(n)
	}
	switch n.Kind {
	case 0:
		return nil, nil // an empty document
	case yaml.DocumentNode:
		return t.value(n.Content[0])
	case yaml.AliasNode:
		return t.alias(n)
	}
	if t.depth++; t.depth > t.limits.Depth {
		return nil, errorAt(n, tooDeep, "%s", deepMessage(t.limits))
	}
	defer func() { t.depth-- }()
	if n.Kind == yaml.SequenceNode {
		return t.list(n)
	}
	m := make(map[string]any, len(n.Content)/2)
	return m, t.fill(m, n)
}

func (t *tree) list(n *yaml.Node) (any, error) {
	list := make([]any, len(n.Content))
	for i, item := range n.Content {
		t.path = append(t.path, source.Index("", i))
		v, err := t.value(item)
		if err != nil {
			return nil, err
		}
		t.path = t.path[:len(t.path)-1]
		list[i] = v
	}
	return list, nil
}

// alias builds what an alias stands for, anew, because content is changed in place later.
func (t *tree) alias(n *yaml.Node) (any, error) {
	if t.inAlias[n] {
		return nil, errorAt(n, invalid, "the anchor %q contains itself", n.Value)
	}
	if t.inAlias == nil {
		t.inAlias = map[*yaml.Node]bool{}
	}
	t.inAlias[n] = true
	defer delete(t.inAlias, n)
	return t.value(n.Alias)
}

// fill adds the entries of a mapping to m, in the order written: later ones win,
// and so do the keys of a "<<" over those before it.
func (t *tree) fill(m map[string]any, n *yaml.Node) error {
	own := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if isMerge(k) {
			if err := t.merge(m, v); err != nil {
				return err
			}
			continue
		}
		key, err := t.key(k)
		if err != nil {
			return err
		}
		t.path = append(t.path, pathStep(key))
		if first, ok := own[key]; ok {
			t.duplicates = noteDuplicate(t.duplicates, t.field, first, k.Line)
		}
		own[key] = k.Line
		if m[key], err = t.value(v); err != nil {
			return err
		}
		t.path = t.path[:len(t.path)-1]
	}
	return nil
}

func isMerge(k *yaml.Node) bool {
	return k.Kind == yaml.ScalarNode && k.Value == "<<" && k.Tag == yaml.MergeTag
}

// merge adds what a "<<" names: a map, or a list of maps of which the first wins.
func (t *tree) merge(m map[string]any, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode {
		return t.mergeMap(m, n)
	}
	for i := len(n.Content) - 1; i >= 0; i-- {
		if err := t.mergeMap(m, n.Content[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) mergeMap(m map[string]any, n *yaml.Node) error {
	target := n
	if n.Kind == yaml.AliasNode {
		target = n.Alias
	}
	if target.Kind != yaml.MappingNode {
		return errorAt(n, invalid, `"<<" takes a map or a list of maps`)
	}
	v, err := t.value(n)
	if err != nil {
		return err
	}
	for key, value := range v.(map[string]any) {
		m[key] = value
	}
	return nil
}

// key returns the text of a key. Keys are checked for what clients refuse.
func (t *tree) key(n *yaml.Node) (string, error) {
	k := n
	if k.Kind == yaml.AliasNode {
		k = k.Alias
	}
	if k.Kind != yaml.ScalarNode {
		return "", errorAt(n, invalid, "a map or a list cannot be a key")
	}
	if t.hasLoneTag(k) {
		return "", errorAt(n, invalid, `the tag "!" is not supported`)
	}
	v, err := scalar(k)
	if err != nil {
		return "", err
	}
	key, ok := asKey(v)
	if !ok {
		return "", errorAt(n, invalid, "%s cannot be a key; put it in quotes if text is meant", describeScalar(k))
	}
	return key, nil
}

func describeScalar(n *yaml.Node) string {
	if n.Value == "" {
		return "an empty value"
	}
	return n.Value
}

// pathStep writes a key as a step of a field path: in brackets when it is not one word.
func pathStep(key string) string {
	if key == "" || strings.ContainsAny(key, ".[]") {
		return "[" + key + "]"
	}
	return key
}

// field returns the path of the value being built.
func (t *tree) field() string {
	path := ""
	for _, step := range t.path {
		path = source.Join(path, step)
	}
	return path
}

// scalarValue returns a scalar as it reaches the API server.
func scalarValue(n *yaml.Node) (any, error) {
	v, err := scalar(n)
	if err != nil {
		return nil, err
	}
	if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return nil, errorAt(n, invalid, "%s cannot be sent to a cluster; put it in quotes if text is meant", n.Value)
	}
	return asJSON(v), nil
}

// scalar resolves a scalar by its style and tag.
func scalar(n *yaml.Node) (any, error) {
	if n.Style&yaml.TaggedStyle == 0 {
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			return n.Value, nil
		}
		return resolve(n.Value), nil
	}
	switch n.Tag {
	case "!!binary":
		data, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			return nil, errorAt(n, invalid, "the !!binary value is no base64")
		}
		return string([]rune(string(data))), nil // what is no UTF-8 is replaced, as JSON does
	case "!!null", "!!bool", "!!int", "!!float", "!!timestamp":
		return tagged(n)
	}
	return n.Value, nil // text, or a tag that clients ignore
}

// tagged resolves a scalar whose tag says what it has to be.
func tagged(n *yaml.Node) (any, error) {
	is := ""
	v := resolve(n.Value)
	switch x := v.(type) {
	case nil:
		is = "!!null"
	case bool:
		is = "!!bool"
	case int64, uint64:
		is = "!!int"
	case float64:
		is = "!!float"
	case string:
		if isTimestamp(x) {
			is = "!!timestamp"
		}
	}
	if i, ok := v.(int64); ok && n.Tag == "!!float" {
		return float64(i), nil
	}
	if is != n.Tag {
		return nil, errorAt(n, invalid, "%q is no %s", n.Value, strings.TrimPrefix(n.Tag, "!!"))
	}
	return v, nil
}
