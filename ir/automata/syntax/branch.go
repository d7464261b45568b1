package syntax

import "unicode/utf8"

// A branch is the sequence that is being read. Single characters wait in run, so
// that a long text costs its bytes.
type branch struct {
	items   []*Regexp
	run     []byte
	count   int  // items of the source, flag directives and run's characters included
	deepest int  // among them
	last    last // what a repetition would apply to
	depth   int  // of the last item
}

type last uint8

const (
	lastNone last = iota // nothing, or a flag directive
	lastChar             // the last character of run
	lastItem             // the last of items
)

func (b *branch) add(re *Regexp, depth int) {
	b.flush()
	b.items = append(b.items, re)
	b.count++
	b.deepest = max(b.deepest, depth)
	b.last, b.depth = lastItem, depth
}

// directive records (?flags), an item that nothing can repeat.
func (b *branch) directive() {
	b.count++
	b.last = lastNone
}

func (b *branch) flush() {
	if len(b.run) > 0 {
		b.items = append(b.items, literal(string(b.run)))
		b.run = b.run[:0]
	}
}

// pop takes back the last item for a repetition of it.
func (b *branch) pop() *Regexp {
	b.count--
	if b.last == lastChar {
		_, n := utf8.DecodeLastRune(b.run)
		char := string(b.run[len(b.run)-n:])
		b.run = b.run[:len(b.run)-n]
		return literal(char)
	}
	re := b.items[len(b.items)-1]
	b.items = b.items[:len(b.items)-1]
	return re
}

// finish ends the branch. Two items or more are one level of depth.
func (b *branch) finish() (*Regexp, int) {
	b.flush()
	depth := b.deepest
	if b.count > 1 {
		depth++
	}
	re := concat(b.items)
	*b = branch{}
	return re, depth
}
