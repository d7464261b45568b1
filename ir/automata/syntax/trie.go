package syntax

import "sort"

// A trie holds the plain texts of an alternation as the library does: what comes
// after a text that ends at a node, in the list of texts, starts a new chunk of
// ways, for a text listed earlier is preferred.
type trie struct {
	ways   []trieWay // within a chunk by byte
	chunks []int     // ends of the chunks before the last
}

type trieWay struct {
	read byte
	to   *trie
}

// trie counts the states of an alternation of texts.
func (s *sizer) trie(re *Regexp) {
	root := &trie{}
	nodes := []*trie{root}
	for _, sub := range re.Sub {
		at := root
		for i := range len(sub.Text) {
			if s.backwards {
				i = len(sub.Text) - 1 - i
			}
			next, isNew := at.step(sub.Text[i])
			if isNew {
				nodes = append(nodes, next)
			}
			at = next
		}
		at.end()
	}
	s.state(0)
	for _, n := range nodes {
		if len(n.ways) > 0 {
			s.trieNode(n)
		}
	}
}

// trieNode counts a state for each chunk that has ways, and one that chooses
// between the chunks and the ends of texts between them.
func (s *sizer) trieNode(t *trie) {
	choices, from := len(t.chunks), 0
	for i := range len(t.chunks) + 1 {
		to := len(t.ways)
		if i < len(t.chunks) {
			to = t.chunks[i]
		}
		switch to - from {
		case 0:
			continue
		case 1:
			s.state(0)
		default:
			s.state(rangeSize * (to - from))
		}
		choices++
		from = to
	}
	s.state(wordSize * choices)
}

// step returns the node that a byte leads to and whether it was made for it.
func (t *trie) step(read byte) (*trie, bool) {
	from := 0
	if n := len(t.chunks); n > 0 {
		from = t.chunks[n-1]
	}
	i := from + sort.Search(len(t.ways)-from, func(i int) bool { return t.ways[from+i].read >= read })
	if i < len(t.ways) && t.ways[i].read == read {
		return t.ways[i].to, false
	}
	next := &trie{}
	t.ways = append(t.ways, trieWay{})
	copy(t.ways[i+1:], t.ways[i:])
	t.ways[i] = trieWay{read, next}
	return next, true
}

func (t *trie) end() {
	if len(t.ways) == 0 && len(t.chunks) > 0 {
		return
	}
	t.chunks = append(t.chunks, len(t.ways))
}
