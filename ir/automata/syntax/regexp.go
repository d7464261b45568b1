package syntax

// An Op says which fields of a [Regexp] count.
type Op uint8

const (
	OpEmpty     Op = iota // the empty text
	OpLiteral             // Text
	OpClass               // one character of Class
	OpAssert              // the empty text where Assert holds
	OpRepeat              // Sub[0], Min to Max times
	OpCapture             // Sub[0], as capturing group number Index
	OpConcat              // every one of Sub, one after the other
	OpAlternate           // one of Sub; the first that leads to a match wins
)

// A Regexp is a parsed pattern: a tree without flags, escapes or names of
// classes. Trees are never changed once built, and parts may be shared.
//
// The builders simplify as the reference implementation does (texts and classes
// merge, counts of 0 and 1 vanish, common prefixes of branches are lifted), which
// never changes what is matched but decides how large the compiled program is.
type Regexp struct {
	Op     Op
	Assert Assertion
	Lazy   bool // OpRepeat: prefer fewer
	Index  int32
	Min    int64
	Max    int64 // Unbounded: no limit
	Text   string
	Class  Class
	Sub    []*Regexp
	Name   string // of a named group

	shortest int64 // bytes of the shortest text; impossible: there is none
	longest  int64 // bytes of the longest; unlimited: no bound, or impossible
}

// Unbounded is the Max of a repetition without an upper bound.
const Unbounded = -1

const (
	impossible = -1
	unlimited  = -1
)

// An Assertion looks at the two characters around a place in the text.
type Assertion uint8

// The word assertions come in a Unicode and an ASCII form: of two neighbours,
// which are word characters.
const (
	TextStart     Assertion = iota // \A, ^
	TextEnd                        // \z, $
	LineStart                      // (?m:^)
	LineEnd                        // (?m:$)
	LineStartCRLF                  // (?mR:^)
	LineEndCRLF                    // (?mR:$)

	WordBoundary    // \b
	NotWordBoundary // \B
	WordStart       // \b{start}, \<
	WordEnd         // \b{end}, \>
	WordStartHalf   // \b{start-half}
	WordEndHalf     // \b{end-half}

	ASCIIWordBoundary // the same six under (?-u)
	ASCIINotWordBoundary
	ASCIIWordStart
	ASCIIWordEnd
	ASCIIWordStartHalf
	ASCIIWordEndHalf
)

const toASCII = ASCIIWordBoundary - WordBoundary

// CanBeEmpty says whether the empty text is one that the pattern can match.
func (re *Regexp) CanBeEmpty() bool { return re.shortest <= 0 }

// MinBytes is the length in bytes of the shortest text that the pattern can
// match, 0 if it can match none.
func (re *Regexp) MinBytes() int { return int(max(re.shortest, 0)) }

// MaxBytes is the length in bytes of the longest text, and whether there is one.
func (re *Regexp) MaxBytes() (int, bool) { return int(re.longest), re.longest != unlimited }
