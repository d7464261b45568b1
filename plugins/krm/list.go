package krm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Bounds of what is read. A cluster's repositories stay far below them; they keep a hostile
// list from taking the machine's memory.
const (
	maxList  = 256 << 20 // bytes of a list
	maxNodes = 500_000   // of a list that only a YAML parser can take apart, about 1 kB each
	maxItems = 250_000
)

// A list is a ResourceList as text, and where its parts stand in it.
type list struct {
	outline
	text   string
	items  []item
	config []byte // the functionConfig as a document of its own; nil: none
}

// An item is an object of the list. Nothing but its text is trusted.
type item struct {
	text []byte     // as a document of its own
	node *yaml.Node // parsed when it is asked for
}

// readList reads a ResourceList of version v1 or v1beta1.
func readList(in io.Reader) (*list, error) {
	text, err := readAll(in)
	if err != nil {
		return nil, err
	}
	o, ok := split(text, false)
	if !ok {
		if text, err = reprint(text); err != nil {
			return nil, err
		}
		if o, ok = split(text, true); !ok {
			return nil, badConfig("the ResourceList cannot be taken apart: write its items as a YAML list of objects")
		}
	}
	if n := len(o.items); n > maxItems {
		return nil, badConfig("the ResourceList has %d items, more than the %d that are read: split it by folder", n, maxItems)
	}
	l := &list{outline: o, text: text, items: make([]item, len(o.items))}
	documents := make([]byte, 0, len(text)) // one piece of memory for all items
	for i, s := range o.items {
		from := len(documents)
		documents = dedent(documents, text[s.start:s.end])
		l.items[i].text = documents[from:len(documents):len(documents)]
	}
	return l, l.head()
}

// readAll reads text of at most maxList bytes, and ends its last line. Text and pieces take
// twice its size at most; a buffer that grows takes four times as much.
func readAll(in io.Reader) (string, error) {
	var pieces [][]byte
	size := 0
	for size <= maxList {
		piece := make([]byte, 1<<20)
		n, err := io.ReadFull(in, piece)
		pieces = append(pieces, piece[:n])
		size += n
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return "", fmt.Errorf("read the ResourceList: %w", err)
		}
	}
	if size > maxList {
		return "", badConfig("the ResourceList has more than %d bytes", maxList)
	}
	var text strings.Builder
	text.Grow(size + 1)
	for _, p := range pieces {
		text.Write(p)
	}
	if size > 0 && text.String()[size-1] != '\n' {
		text.WriteByte('\n')
	}
	return text.String(), nil
}

// head reads what is not items.
func (l *list) head() error {
	var head struct {
		APIVersion     string    `yaml:"apiVersion"`
		Kind           string    `yaml:"kind"`
		FunctionConfig yaml.Node `yaml:"functionConfig"`
	}
	var text []byte
	for _, key := range []string{"apiVersion", "kind", "functionConfig"} {
		s := l.keys[key]
		text = append(append(text, l.text[s.start:s.end]...), '\n')
	}
	if err := yaml.Unmarshal(text, &head); err != nil {
		return badConfig("read the ResourceList: %w", err)
	}
	if head.Kind != "ResourceList" || head.APIVersion != "config.kubernetes.io/v1" && head.APIVersion != "config.kubernetes.io/v1beta1" {
		return badConfig("a ResourceList of config.kubernetes.io/v1 or v1beta1 is wanted on standard input, not %q of %q: kustomize writes one, see 'kustomize fn'", head.Kind, head.APIVersion)
	}
	if head.FunctionConfig.Kind == 0 || head.FunctionConfig.Tag == yaml.NodeTagNull {
		return nil
	}
	text, err := encode(&head.FunctionConfig)
	if err != nil {
		return badConfig("read the functionConfig: %w", err)
	}
	l.config = text
	return nil
}

// reprint parses a list that is written in an unusual way and prints it in the usual one.
func reprint(text string) (string, error) {
	if atLeast(text, "{[,:-\n", maxNodes) {
		return "", badConfig("a ResourceList of more than %d values must have its items as a YAML list in block style, without text in quotes that goes on in the next line", maxNodes)
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		return "", badConfig("read the ResourceList: %w", err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return "", badConfig("one ResourceList is wanted on standard input, and more follows")
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return "", badConfig("a ResourceList is wanted on standard input, not a list or a single value")
	}
	if err := inBlocks(doc.Content[0]); err != nil {
		return "", err
	}
	out, err := encode(&doc)
	return string(out), err
}

// atLeast reports whether a text has n of some characters: each node of a document has one
// before it, but for the first.
func atLeast(text, chars string, n int) bool {
	for _, c := range chars {
		n -= strings.Count(text, string(c))
	}
	return n <= 0
}

// inBlocks sets a list in block style down to its items.
func inBlocks(root *yaml.Node) error {
	seen := map[string]bool{}
	root.Style = 0
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if key.Style = 0; seen[key.Value] {
			return badConfig("the ResourceList has the key %q twice", key.Value)
		}
		seen[key.Value] = true
		value.Style &^= yaml.FlowStyle
		if key.Value != "items" {
			continue
		}
		if value.Kind != yaml.SequenceNode && value.Tag != yaml.NodeTagNull {
			return badConfig("the ResourceList's items are no list")
		}
		value.Tag, value.Anchor = "", ""
		if value.Kind == yaml.ScalarNode {
			*value = yaml.Node{Kind: yaml.SequenceNode}
		}
		for _, item := range value.Content {
			item.Style &^= yaml.FlowStyle
		}
	}
	return nil
}

// encode prints a node as kustomize does.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoderWithOptions(&out, &yaml.EncoderOptions{SeqIndent: yaml.CompactSequenceStyle})
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// dedent appends a document made of an item: without its dash, and from the first column on.
func dedent(out []byte, text string) []byte {
	width := len(text) - len(strings.TrimLeft(text, " "))
	width += 1 + len(text[width+1:]) - len(strings.TrimLeft(text[width+1:], " "))
	first := true
	for line := range strings.Lines(text) {
		blanks := 0
		for blanks < min(width, len(line)) && (line[blanks] == ' ' || first) {
			blanks++
		}
		out = append(out, line[blanks:]...)
		first = false
	}
	return out
}

// root returns the item's outermost map, or nil if it is none.
func (it *item) root() *yaml.Node {
	if it.node == nil {
		var doc yaml.Node
		it.node = &yaml.Node{}
		if err := yaml.Unmarshal(it.text, &doc); err == nil && len(doc.Content) == 1 {
			it.node = doc.Content[0]
		}
	}
	if it.node.Kind != yaml.MappingNode {
		return nil
	}
	return it.node
}

// scalar returns the text at a field of the item; "" if there is none.
func (it *item) scalar(path ...string) string {
	n := it.root()
	for _, key := range path {
		if n = child(n, key); n == nil {
			return ""
		}
	}
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// child returns the value of a key; nil if there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func itemName(i int) string { return fmt.Sprintf("items[%d]", i) }

// isConfig reports whether an item is the functionConfig itself, which kustomize hands to
// generators because its pipeline needs an item.
func (it *item) isConfig(c config) bool {
	if c.name == "" || !bytes.Contains(it.text, []byte("config.kubernetes.io/local-config")) {
		return false
	}
	return it.scalar("kind") == c.kind && it.scalar("apiVersion") == c.apiVersion && it.scalar("metadata", "name") == c.name
}
