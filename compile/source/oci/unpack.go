package oci

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits bound what an artifact can cost.
type Limits struct {
	Size  int64 // bytes of a layer as it is sent, and of all its files unpacked with their names
	Files int   // entries of the archive, and folders that their names imply
}

// DefaultLimits returns bounds that no honest artifact meets; a bundle.pb is never larger.
func DefaultLimits() Limits { return Limits{Size: 1 << 30, Files: 1_000_000} }

// orDefaults returns the limits with each zero replaced by its default.
func (l Limits) orDefaults() Limits {
	d := DefaultLimits()
	if l.Size == 0 {
		l.Size = d.Size
	}
	if l.Files == 0 {
		l.Files = d.Files
	}
	return l
}

// maxName is how long the names of files may be: more than any file system takes.
const maxName = 4096

// Unpack reads a gzipped tar, as [Push] writes it and Flux does, into memory. It never holds
// more than the limits say. Files and folders are all that it takes: a link, a device, a name
// that leads out of the archive or a second file of the same name is an error.
func Unpack(r io.Reader, limits Limits) (*Tree, error) {
	limits = limits.orDefaults()
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("unpack: not compressed by gzip: %w", err)
	}
	u := unpacker{limits: limits, tree: NewTree()}
	// The headers count too, so that a bomb of nothing but headers ends.
	bounded := &io.LimitedReader{R: zipped, N: limits.Size + int64(limits.Files)*headerSize + 1}
	for archive := tar.NewReader(bounded); ; {
		header, err := archive.Next()
		switch {
		case bounded.N <= 0:
			return nil, fmt.Errorf("unpack: %w", u.tooLarge())
		case errors.Is(err, io.EOF):
			return u.tree, nil
		case err != nil:
			return nil, fmt.Errorf("unpack: %w", err)
		}
		if err := u.entry(header, archive); err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
	}
}

// headerSize is what a tar needs for a file beside its content: the header, the rest of the
// last block, and a long name.
const headerSize = 3 * 512

type unpacker struct {
	limits  Limits
	tree    *Tree
	size    int64
	entries int
}

func (u *unpacker) tooLarge() error {
	return fmt.Errorf("the files are larger than %d bytes, which --max-artifact-size does not allow", u.limits.Size)
}

// entry takes one entry of the archive.
func (u *unpacker) entry(header *tar.Header, content io.Reader) error {
	if u.entries++; max(u.entries, len(u.tree.entries)) > u.limits.Files {
		return fmt.Errorf("more than %d files", u.limits.Files)
	}
	if len(header.Name) > maxName {
		return fmt.Errorf("%.40q… is a name of %d bytes", header.Name, len(header.Name))
	}
	if u.size += int64(len(header.Name)); u.size > u.limits.Size {
		return u.tooLarge()
	}
	name := strings.TrimPrefix(header.Name, "./")
	switch header.Typeflag {
	case tar.TypeXGlobalHeader: // git archive writes one
		return nil
	case tar.TypeDir:
		return u.folder(strings.TrimSuffix(name, "/"))
	case tar.TypeReg:
		return u.file(name, header.Size, content)
	case tar.TypeSymlink, tar.TypeLink:
		return fmt.Errorf("%q is a link to %q, and artifacts hold files only", header.Name, header.Linkname)
	}
	return fmt.Errorf("%q is neither a file nor a folder", header.Name)
}

func (u *unpacker) folder(name string) error {
	if name == "" || name == "." {
		return nil
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := u.roomFor(name); err != nil {
		return err
	}
	_, err := u.tree.folder(name)
	return err
}

func (u *unpacker) file(name string, size int64, content io.Reader) error {
	if size < 0 || size > u.limits.Size-u.size {
		return u.tooLarge()
	}
	u.size += size
	if err := checkName(name); err != nil {
		return err
	}
	if err := u.roomFor(path.Dir(name)); err != nil {
		return err
	}
	var buf bytes.Buffer
	buf.Grow(int(min(size, 64<<10)) + bytes.MinRead) // beyond, it grows with what there is, not with what the header claims
	if _, err := io.Copy(&buf, content); err != nil {
		return fmt.Errorf("%q: %w", name, err)
	}
	return u.tree.Add(name, buf.Bytes())
}

// roomFor bounds the folders that a name implies.
func (u *unpacker) roomFor(folder string) error {
	missing := 0
	for at := folder; at != "." && u.tree.entries[at] == nil; at = path.Dir(at) {
		missing++
	}
	if len(u.tree.entries)+missing > u.limits.Files {
		return fmt.Errorf("more than %d files", u.limits.Files)
	}
	return nil
}
