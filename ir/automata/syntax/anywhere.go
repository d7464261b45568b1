package syntax

// Anywhere is a tree that matches the whole of every text which tree is found in somewhere,
// and no other text.
func Anywhere(tree *Regexp) *Regexp {
	char := class(Class{{0, MaxChar}})
	return concat([]*Regexp{repeat(char, 0, Unbounded, true), tree, repeat(char, 0, Unbounded, false)})
}
