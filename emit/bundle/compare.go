package bundle

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"sync"
)

// headSize is as much of a file as [isOurContent] looks at.
const headSize = 512

// chunks are buffers for comparing files, none of which is ever held whole.
var chunks = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// compareFile says whether a file has that content, and returns how the file begins.
func compareFile(name string, content [][]byte) (info fs.FileInfo, same bool, head []byte, err error) {
	f, err := openRegular(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, false, nil, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, false, nil, err
	}
	chunk := chunks.Get().(*[32 << 10]byte)
	defer chunks.Put(chunk)
	rest := pieces{list: content}
	for first := true; ; first = false {
		n, err := f.Read(chunk[:])
		if first {
			head = bytes.Clone(chunk[:min(n, headSize)])
		}
		switch {
		case !rest.begin(chunk[:n]):
			return info, false, head, nil
		case err == io.EOF:
			return info, rest.empty(), head, nil
		case err != nil:
			return info, false, head, err
		}
	}
}

// pieces is what is left of a content that is handed out in parts.
type pieces struct {
	list [][]byte
	used int // of the first
}

// begin consumes a text that the rest begins with, and reports false for any other.
func (p *pieces) begin(text []byte) bool {
	for len(text) > 0 {
		if p.empty() {
			return false
		}
		first := p.list[0][p.used:]
		n := min(len(text), len(first))
		if !bytes.Equal(text[:n], first[:n]) {
			return false
		}
		text, p.used = text[n:], p.used+n
	}
	return true
}

// empty drops what is used up, and reports whether nothing is left.
func (p *pieces) empty() bool {
	for len(p.list) > 0 && p.used == len(p.list[0]) {
		p.list, p.used = p.list[1:], 0
	}
	return len(p.list) == 0
}
