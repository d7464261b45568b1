package syntax

// SizeLimit bounds what the proxy lets a compiled pattern take, in bytes.
const SizeLimit = 10 << 20

const tooLarge = "compiled regex exceeds size limit of 10485760 bytes"

// Check says whether the proxy would take a pattern: its form, its meaning and
// the size of what it compiles to. The error is an [*Error].
func Check(pattern string) error {
	tree, err := Parse(pattern)
	if err != nil {
		return err
	}
	return CheckSize(pattern, tree)
}

// CheckSize is the part of [Check] that comes after [Parse].
func CheckSize(pattern string, tree *Regexp) error {
	if tree.fits() || tree.Size() <= SizeLimit {
		return nil
	}
	return &Error{pattern, 0, tooLarge}
}

// WordChars are the characters that \b and \w count as word characters.
func WordChars(unicode bool) Class {
	if unicode {
		return wordChars()
	}
	return asciiClasses["word"]
}
