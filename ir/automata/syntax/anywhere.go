package syntax

// Anywhere is a tree that matches the whole of every text which tree is found in somewhere,
// and no other text.
func Anywhere(tree *Regexp) *Regexp {
	any := class(Class{{Lo: 0, Hi: 0xD7FF}, {Lo: 0xE000, Hi: MaxChar}})
	return concat([]*Regexp{repeat(any, 0, Unbounded, true), tree, repeat(any, 0, Unbounded, false)})
}
