package render

import (
	"strconv"
	"strings"
)

// A writer appends text to out.
type writer struct {
	out   []byte
	json  bool     // JSON; else YAML
	notes []string // what the base64 on this line stands for, for a comment at its end
}

// group splits off what is printed under one key: a singular field, or all elements of a
// list or map.
func group(list []field) (same, rest []field) {
	n := 1
	for n < len(list) && list[n].num == list[0].num {
		n++
	}
	return list[:n], list[n:]
}

// split returns the fields of a message, unless text cannot express it.
func (w *writer) split(buf []field, p *plan, wire []byte, depth int) ([]field, error) {
	if depth > maxDepth {
		return nil, &NoTextError{string(p.name), "nested deeper than " + strconv.Itoa(maxDepth) + " messages"}
	}
	if strings.HasPrefix(string(p.name), "google.protobuf.") {
		return nil, &NoTextError{string(p.name), "its form in proto JSON is not supported"}
	}
	return p.fields(buf, wire)
}

// flowMessage prints a message on one line: JSON, or YAML's flow style.
func (w *writer) flowMessage(p *plan, wire []byte, depth int) error {
	var buf [16]field
	list, err := w.split(buf[:0], p, wire, depth)
	if err != nil {
		return err
	}
	return w.flowFields(list, depth)
}

func (w *writer) flowFields(list []field, depth int) error {
	w.out = append(w.out, '{')
	for first := true; len(list) > 0; first = false {
		if !first {
			w.comma()
		}
		var same []field
		same, list = group(list)
		if w.json {
			w.out = append(w.out, same[0].json...)
		} else {
			w.out = append(w.out, same[0].yaml...)
			w.out = append(w.out, ' ')
		}
		if err := w.flowGroup(same, depth); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *writer) comma() {
	w.out = append(w.out, ',')
	if !w.json {
		w.out = append(w.out, ' ')
	}
}

// flowGroup prints what stands under one key.
func (w *writer) flowGroup(same []field, depth int) error {
	switch {
	case same[0].key != nil:
		return w.flowMap(same, depth)
	case same[0].list:
		return w.flowList(same, depth)
	}
	return w.flowValue(same[0], depth)
}

func (w *writer) flowMap(entries []field, depth int) error {
	w.out = append(w.out, '{')
	for i, f := range entries {
		if i > 0 {
			w.comma()
		}
		if err := w.entry(f, depth); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *writer) flowList(list []field, depth int) error {
	w.out = append(w.out, '[')
	first := true
	for _, f := range list {
		err := f.elements(func(e field) error {
			if !first {
				w.comma()
			}
			first = false
			return w.flowValue(e, depth)
		})
		if err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

// entry prints one entry of a map on one line. An absent key or value is its type's zero.
func (w *writer) entry(f field, depth int) error {
	var buf [2]field
	list, err := f.message.fields(buf[:0], f.bytes)
	if err != nil {
		return err
	}
	pair := [2]field{{fieldPlan: f.key}, {fieldPlan: f.fieldPlan.value}}
	for _, e := range list {
		pair[e.num-1] = e
	}
	if err := w.mapKey(pair[0]); err != nil {
		return err
	}
	w.out = append(w.out, ':')
	if !w.json {
		w.out = append(w.out, ' ')
	}
	return w.flowValue(pair[1], depth)
}

// mapKey prints a key of a map; those that are no strings are quoted, as JSON demands.
func (w *writer) mapKey(f field) error {
	at := len(w.out)
	if err := w.scalar(f); err != nil {
		return err
	}
	if last := w.out[len(w.out)-1]; f.kind != stringKind && last != '"' {
		text := string(w.out[at:])
		w.out = w.out[:at]
		w.quoted(text)
	}
	return nil
}

func (w *writer) flowValue(f field, depth int) error {
	if f.isMessage() {
		return w.flowMessage(f.message, f.bytes, depth+1)
	}
	return w.scalar(f)
}
