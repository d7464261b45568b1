package load

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"routec.dev/routec/compile/diag"
)

// Read reads the documents of one file. What cannot be read is reported, at the
// file or at the document, and the rest is returned.
func Read(fsys fs.FS, name string, opts Options, report *diag.Report) []Document {
	limits := opts.Limits.OrDefaults()
	text, err := readFile(fsys, name, limits.FileSize)
	name = opts.Prefix + name
	switch {
	case errors.Is(err, errTooBig):
		report.Add(fileTooBig(name, limits))
		return nil
	case err != nil:
		report.Add(unreadable(name, err))
		return nil
	}
	return Parse(name, text, limits, report)
}

// Parse splits the text of a file, whatever it came from, into documents.
func Parse(name string, text []byte, limits Limits, report *diag.Report) []Document {
	limits = limits.OrDefaults()
	text = normalize(text)
	if at := bytes.IndexByte(text, 0); at >= 0 {
		report.Add(binaryFile(name, 1+bytes.Count(text[:at], []byte{'\n'})))
		return nil
	}
	if bytes.HasPrefix(text, []byte("version https://git-lfs.github.com/spec/")) {
		report.Add(lfsPointer(name))
		return nil
	}
	docs, bare := split(name, text, limits.Documents)
	for _, i := range bare {
		report.Add(afterDocument(docs[i]))
	}
	if len(docs) > limits.Documents {
		report.Add(tooManyDocuments(docs, limits))
		docs = docs[:limits.Documents]
	}
	return slices.DeleteFunc(docs, func(d Document) bool {
		if int64(len(d.Text)) <= limits.DocumentSize {
			return false
		}
		report.Add(documentTooBig(d, limits))
		return true
	})
}

var errTooBig = errors.New("file is too big")

// ReadFile reads a regular file of at most limit bytes. Pipes and devices are refused
// before they are opened, because to open one may take forever.
func ReadFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, irregular(info.Mode())
	}
	return readFile(fsys, name, limit)
}

// irregular says what a file is that cannot be read to its end.
func irregular(mode fs.FileMode) error {
	switch {
	case mode.IsDir():
		return errors.New("it is a folder")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("it is a pipe")
	}
	return errors.New("it is no regular file")
}

// readFile is ReadFile for names that are known to be of regular files.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, irregular(info.Mode())
	}
	if info.Size() > limit {
		return nil, errTooBig
	}
	// One byte more than the size, so that the usual file ends with the first read.
	text := make([]byte, 0, info.Size()+1)
	for {
		n, err := f.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case int64(len(text)) > limit:
			return nil, errTooBig
		case err == io.EOF:
			return text, nil
		case err != nil:
			return nil, err
		}
		if len(text) == cap(text) {
			text = slices.Grow(text, len(text)+512)
		}
	}
}

// normalize returns text as UTF-8 without a byte order mark and with LF line ends,
// as the YAML reader would see it. A lone CR is a line end too.
func normalize(text []byte) []byte {
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		text = text[3:]
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		text = fromUTF16(text[2:], 1)
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		text = fromUTF16(text[2:], 0)
	}
	if bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
}

// fromUTF16 decodes pairs of bytes; high is the index of the more significant one.
func fromUTF16(text []byte, high int) []byte {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = uint16(text[2*i+high])<<8 | uint16(text[2*i+1-high])
	}
	out := make([]byte, 0, len(text))
	for _, r := range utf16.Decode(units) {
		out = utf8.AppendRune(out, r)
	}
	return out
}
