package automata

// Witness is a shortest member of the set, counted in characters; ok is false if
// there is none. Where there is a choice it takes the characters that people find
// in paths and names, and it is always the same one.
func (d *DFA) Witness() (text string, ok bool) {
	type step struct {
		from  uint32
		class int
	}
	classes := d.niceClasses()
	came := make([]step, len(d.accept))
	seen := make([]bool, len(d.accept))
	seen[0] = true
	queue := []uint32{0}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if d.accept[s] {
			var out []rune
			for at := s; at != 0; at = came[at].from {
				out = append(out, classes[came[at].class].char)
			}
			for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
				out[i], out[j] = out[j], out[i]
			}
			return string(out), true
		}
		for i, c := range classes {
			if to := d.step(s, c.class); !seen[to] {
				seen[to] = true
				came[to] = step{s, i}
				queue = append(queue, to)
			}
		}
	}
	return "", false
}

// A niceClass is a class and the member that stands for it in a witness.
type niceClass struct {
	class uint32
	char  rune
}

// niceASCII are the characters to show, best first.
const niceASCII = "abcdefghijklmnopqrstuvwxyz0123456789/-_.ABCDEFGHIJKLMNOPQRSTUVWXYZ" +
	"~:@=&+,;!$'()*%?#[]{}<>|^`\"\\ "

// niceClasses are all classes, those with the best members first.
func (d *DFA) niceClasses() []niceClass {
	var out []niceClass
	done := make([]bool, len(d.alphabet.sample))
	add := func(class uint32, char rune) {
		if !done[class] {
			done[class] = true
			out = append(out, niceClass{class, char})
		}
	}
	for _, r := range niceASCII {
		add(d.alphabet.classOf(r), r)
	}
	const printable = 0xA1 // beyond the control characters
	for i, class := range d.alphabet.class {
		if i+1 == len(d.alphabet.starts) || d.alphabet.starts[i+1] > printable {
			add(class, max(d.alphabet.starts[i], printable))
		}
	}
	for class, r := range d.alphabet.sample {
		add(uint32(class), r)
	}
	return out
}
