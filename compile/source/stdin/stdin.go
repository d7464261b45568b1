// Package stdin makes a source of a stream that can be read once, such as standard
// input or a pipe.
package stdin

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// Read reads r to its end and returns a file system that holds what came, as one
// file of that name, which need not be a valid path. More than limit bytes are an error.
func Read(r io.Reader, name string, limit int64) (fs.FS, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("read %s: more than %d bytes, which --max-file-size does not allow", name, limit)
	}
	return stream{name, text}, nil
}

type stream struct {
	name string
	text []byte
}

func (s stream) Open(name string) (fs.File, error) {
	if name != s.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &open{stream: s, Reader: bytes.NewReader(s.text)}, nil
}

// open is the stream's file, opened; it is its own [fs.FileInfo].
type open struct {
	stream
	*bytes.Reader
}

func (f *open) Stat() (fs.FileInfo, error) { return f, nil }
func (f *open) Close() error               { return nil }
func (f *open) Name() string               { return f.name }
func (f *open) Size() int64                { return int64(len(f.text)) }
func (f *open) Mode() fs.FileMode          { return 0o444 }
func (f *open) ModTime() time.Time         { return time.Time{} }
func (f *open) IsDir() bool                { return false }
func (f *open) Sys() any                   { return nil }
