package load

import "slices"

// Maps lends the maps that contents are made of, and takes them back all at once when
// nobody looks at the contents any more. A compilation that drops each tree before it makes
// the next spends a sixth of its memory on such maps otherwise (10,000 manifests of 1.1 KB).
//
// The zero Maps is ready; a nil one lends maps that need not be given back. It is for one
// goroutine at a time.
type Maps struct {
	free []map[string]any
	lent []map[string]any
}

// largestLent bounds the maps that are lent again: up to this size they are one piece of
// memory, and cheap to clear.
const largestLent = 8

// mostFree bounds how many maps wait to be lent, some 5 MB of them.
const mostFree = 1 << 14

func (m *Maps) lend() map[string]any {
	if m == nil {
		return map[string]any{}
	}
	var out map[string]any
	if n := len(m.free); n > 0 {
		out, m.free = m.free[n-1], m.free[:n-1]
	} else {
		out = map[string]any{}
	}
	m.lent = append(m.lent, out)
	return out
}

// leaveLarge gives up the maps that are too large to be lent again. It has to see them before
// anybody removes entries: a map stays as large as it once was, and so does the time to clear
// it, which one document would cost all that follow.
func (m *Maps) leaveLarge() {
	if m != nil {
		m.lent = slices.DeleteFunc(m.lent, func(lent map[string]any) bool { return len(lent) > largestLent })
	}
}

// Reclaim takes back every map that was lent. The contents made of them, and whatever holds
// a part of them, must not be used again.
func (m *Maps) Reclaim() {
	for _, used := range m.lent {
		if len(used) <= largestLent && len(m.free) < mostFree { // defaults may have been added
			clear(used)
			m.free = append(m.free, used)
		}
	}
	clear(m.lent)
	m.lent = m.lent[:0]
}
