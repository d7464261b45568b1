package load

// flow reads a map or list in braces or brackets, over any number of lines.
func (r *quickReader) flow() any {
	if !r.nest() {
		return nil
	}
	defer r.leave()
	if r.text[r.at] == '{' {
		return r.flowMap()
	}
	return r.flowList()
}

func (r *quickReader) flowList() any {
	start := len(r.items)
	r.at++
	for first := true; ; first = false {
		c := r.flowNext()
		if first && c == ']' {
			break
		}
		item := r.flowValue(c)
		if r.failed {
			return nil
		}
		r.items = append(r.items, item)
		if c = r.flowNext(); c == ']' {
			break
		}
		if c != ',' {
			return r.fail()
		}
		r.at++
	}
	r.at++
	return r.list(start)
}

func (r *quickReader) flowMap() any {
	m := r.maps.lend()
	r.at++
	for first := true; ; first = false {
		c := r.flowNext()
		if first && c == '}' {
			break
		}
		key := r.flowKey(c)
		value := r.flowValue(r.flowNext())
		if _, twice := m[key]; twice || r.failed {
			return r.fail()
		}
		m[key] = value
		if c = r.flowNext(); c == '}' {
			break
		}
		if c != ',' {
			return r.fail()
		}
		r.at++
	}
	r.at++
	return m
}

// flowNext goes to the next character that is no blank or line end and returns it;
// at the end of the text 0.
func (r *quickReader) flowNext() byte {
	for ; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\n':
			r.line = r.at + 1
		case ' ':
		default:
			return r.text[r.at]
		}
	}
	return 0
}

// flowKey reads a key that begins with c, and its colon. Behind a quote the colon
// needs no blank after it.
func (r *quickReader) flowKey(c byte) string {
	if c != '"' && c != '\'' {
		if c == 0 {
			r.fail()
			return ""
		}
		key := r.keyWord()
		r.colon()
		return key
	}
	start := r.at
	key := r.quoted()
	if r.done() || r.text[r.at] != ':' || r.at-start > maxQuickKey {
		r.fail()
		return ""
	}
	r.at++
	return key
}

// flowValue reads a value that begins with c.
func (r *quickReader) flowValue(c byte) any {
	switch c {
	case '[', '{':
		return r.flow()
	case '"', '\'':
		return r.quoted()
	}
	start := r.at
	for r.at < len(r.text) && flowChars[r.text[r.at]] {
		r.at++
	}
	word := r.text[start:r.at]
	if word == "" || word == "-" || word[0] == '@' || word[0] == '=' || word[0] == '%' || r.done() {
		return r.fail()
	}
	switch r.text[r.at] {
	case ' ', '\n', ',', ']', '}':
		v := r.resolved(word)
		if _, text := v.(string); text && r.json && (word[0] == '-' || isDigitOrDot(word[0])) {
			return r.fail()
		}
		return v
	}
	return r.fail()
}
