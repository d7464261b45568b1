package render

import (
	"fmt"
	"strings"
)

// A node is a value of a YAML or JSON text: a scalar, a list or a mapping.
type node struct {
	kind   nodeKind
	line   int
	text   string   // scalar
	quoted bool     // scalar: in quotes, so certainly a string
	keys   []string // mapping: the key of each item
	items  []*node  // list or mapping
}

type nodeKind uint8

const (
	scalarNode nodeKind = iota
	listNode
	mapNode
)

// isNull reports whether a node stands for an absent value.
func (n *node) isNull() bool {
	return n.kind == scalarNode && !n.quoted && (n.text == "" || n.text == "~" || n.text == "null")
}

// maxNesting bounds lists and mappings in each other.
const maxNesting = 2*maxDepth + 100

// A parser reads the part of YAML that canonical text and JSON use: block and flow
// collections, plain and quoted scalars on one line, comments. Anchors, tags, block scalars
// and multi-line scalars are errors.
type parser struct {
	src       string
	pos       int
	line      int // of pos, from 1
	lineStart int
	depth     int
}

// A syntaxError carries a parse error up to [parse].
type syntaxError struct{ err error }

// parse reads one document.
func parse(src string) (root *node, err error) {
	p := &parser{src: src, line: 1}
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(syntaxError)
			if !ok {
				panic(r)
			}
			err = e.err
		}
	}()
	p.skipBlank()
	if strings.HasPrefix(p.src[p.pos:], "---") && p.column() == 0 && p.isEnd(p.pos+3) {
		p.pos += 3
		p.skipBlank()
	}
	root = p.block(0)
	p.skipBlank()
	if p.pos < len(p.src) {
		p.fail("text after the end of the document")
	}
	return root, nil
}

func (p *parser) fail(format string, args ...any) {
	panic(syntaxError{fmt.Errorf("line %d: "+format, append([]any{p.line}, args...)...)})
}

func (p *parser) column() int { return p.pos - p.lineStart }

// peek returns the next byte, or 0 at the end.
func (p *parser) peek() byte { return p.at(p.pos) }

func (p *parser) at(i int) byte {
	if i < len(p.src) {
		return p.src[i]
	}
	return 0
}

// isEnd reports whether a token that stops before position i is complete: white space or
// the end follows.
func (p *parser) isEnd(i int) bool {
	if i >= len(p.src) {
		return true
	}
	c := p.src[i]
	return c == ' ' || c == '\n' || c == '\t' || c == '\r'
}

// skipSpace moves past white space and a comment on this line.
func (p *parser) skipSpace() {
	for c := p.peek(); c == ' ' || c == '\t' || c == '\r'; c = p.peek() {
		p.pos++
	}
	if p.peek() == '#' && (p.column() == 0 || isBlank(p.src[p.pos-1])) {
		n := strings.IndexByte(p.src[p.pos:], '\n')
		if n < 0 {
			n = len(p.src) - p.pos
		}
		p.pos += n
	}
}

// skipBlank moves to the next token, over lines and comments.
func (p *parser) skipBlank() {
	for {
		p.skipSpace()
		if p.pos >= len(p.src) || p.src[p.pos] != '\n' {
			return
		}
		p.pos++
		p.line++
		p.lineStart = p.pos
	}
}

// endLine checks that nothing more stands on this line.
func (p *parser) endLine() {
	p.skipSpace()
	if p.pos < len(p.src) && p.src[p.pos] != '\n' {
		p.fail("unexpected %q after a value", p.src[p.pos])
	}
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxNesting {
		p.fail("nested deeper than %d", maxNesting)
	}
}

// block reads the value that starts here, if its column is at least min; else nothing is
// there.
func (p *parser) block(min int) *node {
	if p.pos >= len(p.src) || p.column() < min {
		return &node{line: p.line}
	}
	p.enter()
	defer func() { p.depth-- }()
	if strings.Contains(p.src[p.lineStart:p.pos], "\t") {
		p.fail("a tab in the indentation")
	}
	switch c := p.peek(); {
	case c == '-' && p.isEnd(p.pos+1):
		return p.blockList()
	case c == '{' || c == '[':
		n := p.flowValue()
		p.endLine()
		return n
	}
	start := *p
	key := p.scalar(false)
	if p.peek() == ':' && p.isEnd(p.pos+1) {
		*p = start
		return p.blockMap()
	}
	p.endLine()
	return key
}

func (p *parser) blockList() *node {
	list := &node{kind: listNode, line: p.line}
	column := p.column()
	for p.peek() == '-' && p.isEnd(p.pos+1) && p.column() == column {
		p.pos++
		p.skipBlank()
		list.items = append(list.items, p.block(column+1))
		p.skipBlank()
	}
	p.checkIndent(column)
	return list
}

func (p *parser) blockMap() *node {
	m := &node{kind: mapNode, line: p.line}
	column := p.column()
	for p.pos < len(p.src) && p.column() == column && !(p.peek() == '-' && p.isEnd(p.pos+1)) {
		key := p.scalar(false)
		if p.peek() != ':' || !p.isEnd(p.pos+1) {
			p.fail("no \": \" after the key %q", key.text)
		}
		p.pos++
		line := p.line
		p.skipBlank()
		min := column + 1
		if p.line > line && p.peek() == '-' && p.isEnd(p.pos+1) {
			min = column // a list may stand right under its key
		}
		value := p.value(line, min)
		m.keys = append(m.keys, key.text)
		m.items = append(m.items, value)
		p.skipBlank()
	}
	p.checkIndent(column)
	return m
}

// value reads what follows a key: on the key's line a scalar or flow value, else a block.
func (p *parser) value(keyLine, min int) *node {
	if p.line > keyLine || p.pos >= len(p.src) {
		return p.block(min)
	}
	var n *node
	if c := p.peek(); c == '{' || c == '[' {
		n = p.flowValue()
	} else {
		n = p.scalar(false)
	}
	p.endLine()
	return n
}

func (p *parser) checkIndent(column int) {
	if p.pos < len(p.src) && p.column() > column {
		p.fail("indented more than the line it should continue")
	}
}

// flowValue reads a JSON-like value; it may span lines.
func (p *parser) flowValue() *node {
	p.enter()
	defer func() { p.depth-- }()
	switch p.peek() {
	case '{':
		return p.flowItems('}', &node{kind: mapNode, line: p.line})
	case '[':
		return p.flowItems(']', &node{kind: listNode, line: p.line})
	}
	return p.scalar(true)
}

func (p *parser) flowItems(close byte, n *node) *node {
	p.pos++
	for {
		p.skipBlank()
		if p.peek() == close && p.pos < len(p.src) {
			p.pos++
			return n
		}
		if n.kind == mapNode {
			n.keys = append(n.keys, p.flowKey())
		}
		n.items = append(n.items, p.flowValue())
		p.skipBlank()
		switch c := p.peek(); {
		case c == ',':
			p.pos++
		case c != close || p.pos >= len(p.src):
			p.fail("no %q or \",\" after a value", close)
		}
	}
}

func (p *parser) flowKey() string {
	key := p.scalar(true)
	p.skipBlank()
	if p.peek() != ':' {
		p.fail("no \":\" after the key %q", key.text)
	}
	p.pos++
	p.skipBlank()
	return key.text
}
