package tree

import "strconv"

// A Path is where a walk stands in a tree. It is text only when something is said.
// The zero Path is the root.
type Path struct {
	steps []step
}

// A step goes into a field or, when name is empty, to an item of a list.
type step struct {
	name  string
	index int
}

// NewPath returns the root, with room for most walks.
func NewPath() Path { return Path{make([]step, 0, 12)} }

// Into goes into a field.
func (p *Path) Into(field string) { p.steps = append(p.steps, step{name: field}) }

// Item goes to an item of a list.
func (p *Path) Item(i int) { p.steps = append(p.steps, step{index: i}) }

// Out goes back by one step.
func (p *Path) Out() { p.steps = p.steps[:len(p.steps)-1] }

// AtRoot reports whether the walk stands at the root.
func (p *Path) AtRoot() bool { return len(p.steps) == 0 }

// String writes the path as the API server does: "spec.rules[1].matches[0]".
func (p *Path) String() string { return p.Field("") }

// Field writes the path of a field of where the walk stands; "" is the place itself.
func (p *Path) Field(name string) string {
	var b []byte
	for _, s := range p.steps {
		if s.name == "" {
			b = append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
			continue
		}
		b = appendName(b, s.name)
	}
	if name != "" {
		b = appendName(b, name)
	}
	return string(b)
}

func appendName(b []byte, name string) []byte {
	if len(b) > 0 {
		b = append(b, '.')
	}
	return append(b, name...)
}
