package render

// document prints a whole message as block YAML.
func (w *writer) document(p *plan, wire []byte) error {
	var buf [16]field
	list, err := w.split(buf[:0], p, wire, 0)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		w.out = append(w.out, "{}\n"...)
	}
	return w.blockFields(list, 0, 0)
}

// blockFields prints the fields of a message, a line for each. The cursor stands where the
// first key belongs; further keys are indented by indent.
func (w *writer) blockFields(list []field, indent, depth int) error {
	for first := true; len(list) > 0; first = false {
		if !first {
			w.indent(indent)
		}
		var same []field
		same, list = group(list)
		if err := w.blockGroup(same, indent, depth); err != nil {
			return err
		}
	}
	return nil
}

// blockGroup prints a key and what stands under it, with its line breaks.
func (w *writer) blockGroup(same []field, indent, depth int) error {
	f := &same[0]
	w.out = append(w.out, f.yaml...)
	switch {
	case f.key != nil:
		return w.blockMap(same, indent+2, depth)
	case f.list && f.isMessage():
		return w.blockList(same, indent, depth)
	case f.isMessage():
		return w.blockMessage(f, "", indent+2, depth+1)
	}
	w.out = append(w.out, ' ')
	if err := w.flowGroup(same, depth); err != nil {
		return err
	}
	w.endLine()
	return nil
}

// blockMessage prints a message after a key or, then with no line break, after a dash: on
// one line where that reads well.
func (w *writer) blockMessage(f *field, dash string, indent, depth int) error {
	var buf [16]field
	list, err := w.split(buf[:0], f.message, f.bytes, depth)
	if err != nil {
		return err
	}
	w.out = append(w.out, dash...)
	if !isLeaf(list) {
		if dash == "" {
			w.out = append(w.out, '\n')
			w.indent(indent)
		}
		return w.blockFields(list, indent, depth)
	}
	if dash == "" {
		w.out = append(w.out, ' ')
	}
	if err := w.flowFields(list, depth); err != nil {
		return err
	}
	w.endLine()
	return nil
}

func (w *writer) blockMap(entries []field, indent, depth int) error {
	w.out = append(w.out, '\n')
	for _, f := range entries {
		w.indent(indent)
		if err := w.entry(f, depth); err != nil {
			return err
		}
		w.endLine()
	}
	return nil
}

// blockList prints messages, a dash each. The dashes stand under the key, as kubectl
// writes them.
func (w *writer) blockList(list []field, indent, depth int) error {
	w.out = append(w.out, '\n')
	for i := range list {
		w.indent(indent)
		if err := w.blockMessage(&list[i], "- ", indent+2, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) indent(n int) {
	const spaces = "                                                                "
	for ; n > len(spaces); n -= len(spaces) {
		w.out = append(w.out, spaces...)
	}
	w.out = append(w.out, spaces[:n]...)
}

// endLine ends a line, after a comment with the notes collected on it.
func (w *writer) endLine() {
	for i, s := range w.notes {
		if i == 0 {
			w.out = append(w.out, "  # "...)
		} else {
			w.out = append(w.out, ", "...)
		}
		w.out = append(w.out, s...)
	}
	w.notes = w.notes[:0]
	w.out = append(w.out, '\n')
}
