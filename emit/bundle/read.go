package bundle

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/ir"
)

// Bounds of what is read; bundles come from other machines.
const (
	maxBinary = 1 << 30
	maxText   = 256 << 20
	maxFiles  = 1 << 20
)

// A Bundle is a frozen set that was read.
type Bundle struct {
	Digest Digest // zero where there is no bundle.pb
	Tables []Table

	settings *bundlepb.Settings
	binary   *bundlepb.Bundle // nil where there is no bundle.pb
	statuses []*bundlepb.Status
}

// A Table is one frozen table of a bundle.
type Table struct {
	Key     Key
	Digest  Digest
	By      []ir.Origin // what decided it; none: it only repeats the defaults
	Answer  ir.Answer   // of profiles
	Refused string      // why the proxy refuses it
	Governs string

	// Message is the deterministic binary form. It is nil in a bundle without bundle.pb
	// for a table that has no text.
	Message []byte
}

// ErrNotBundle says that a folder holds no bundle.
var ErrNotBundle = errors.New("no bundle here")

// ErrUnfinished says that files of a bundle were being replaced when the writer died.
var ErrUnfinished = errors.New("the bundle was being written when routec was interrupted: compile again")

// Read reads a bundle from the folder that it was written to. Without bundle.pb it reads
// the text, which holds the content of the tables that something decided, and the digests
// of all. The errors are [ErrNotBundle], [ErrUnfinished], and those that say what is wrong
// with the content.
func Read(fsys fs.FS) (*Bundle, error) {
	if _, err := fs.Stat(fsys, unfinished); err == nil {
		return nil, fmt.Errorf("read bundle: %w", ErrUnfinished)
	}
	b, err := readBinary(fsys)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = readText(fsys)
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return b, nil
}

func readBinary(fsys fs.FS) (*Bundle, error) {
	content, err := readFile(fsys, binaryName, maxBinary)
	if err != nil {
		return nil, err
	}
	b, err := decode(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", binaryName, err)
	}
	return b, nil
}

// readFile reads a file of at most limit bytes.
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
		return nil, fmt.Errorf("%s is not a file", name)
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	var buf bytes.Buffer
	buf.Grow(int(info.Size()) + bytes.MinRead)
	if _, err := buf.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
		return nil, err
	}
	if int64(buf.Len()) > limit {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return buf.Bytes(), nil
}

// Decode reads a bundle.pb.
func Decode(content []byte) (*Bundle, error) {
	b, err := decode(content)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return b, nil
}

func decode(content []byte) (*Bundle, error) {
	digest, err := checkDigest(content)
	if err != nil {
		return nil, err
	}
	raw := &bundlepb.Bundle{}
	if err := proto.Unmarshal(content, raw); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	b := &Bundle{Digest: digest, binary: raw, settings: raw.Settings, statuses: raw.Statuses}
	l := lister{origins: originsByKey(raw.Origins)}
	if err := l.bundle(raw); err != nil {
		return nil, err
	}
	b.Tables = l.tables
	return b, nil
}

// checkDigest checks the order of the fields, the version and the digest of a bundle.pb.
func checkDigest(content []byte) (digest Digest, err error) {
	sum := sha256.New()
	last := protowire.Number(0)
	version := uint64(0)
	var want []byte
	for rest := content; len(rest) > 0; {
		num, typ, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return digest, errors.New("truncated or no bundle")
		}
		m := protowire.ConsumeFieldValue(num, typ, rest[n:])
		if m < 0 {
			return digest, errors.New("truncated or no bundle")
		}
		value, field := rest[n:n+m], rest[:n+m]
		rest = rest[n+m:]
		switch {
		case num < last:
			return digest, errors.New("fields are out of order: not written by routec")
		case num == fieldVersion && typ == protowire.VarintType:
			version, _ = protowire.ConsumeVarint(value)
		case num == fieldDigest && typ == protowire.BytesType:
			want, _ = protowire.ConsumeBytes(value)
		}
		last = num
		if num <= fieldStatuses {
			sum.Write(field)
		}
	}
	digest = digestOf(sum)
	switch {
	case version == 0:
		return digest, errors.New("truncated or no bundle")
	case version != Version:
		return digest, fmt.Errorf("written in format %d, and this routec reads format %d", version, Version)
	case want == nil:
		return digest, errors.New("truncated: it has no digest")
	case !bytes.Equal(want, digest[:]):
		return digest, fmt.Errorf("the content has digest %s, and the bundle says %x", digest, want)
	}
	return digest, nil
}
