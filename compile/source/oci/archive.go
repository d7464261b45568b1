package oci

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/opencontainers/go-digest"
)

// pack writes a tree as a gzipped tar, and returns also the digest of the tar alone. The
// same files are the same bytes on every machine: files by name, without folders, owners
// and times, compressed by a library of the module's own and not of whichever Go it is.
func pack(t *Tree) (packed []byte, inner digest.Digest, err error) {
	var buf bytes.Buffer
	zipped := gzip.NewWriter(&buf)
	sum := digest.Canonical.Digester()
	out := tar.NewWriter(io.MultiWriter(zipped, sum.Hash()))
	for _, name := range t.Names() {
		content := t.entries[name].content
		header := tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o644, ModTime: time.Unix(0, 0)}
		if err := out.WriteHeader(&header); err != nil {
			return nil, "", fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := out.Write(content); err != nil {
			return nil, "", fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := out.Close(); err != nil {
		return nil, "", fmt.Errorf("pack: %w", err)
	}
	if err := zipped.Close(); err != nil {
		return nil, "", fmt.Errorf("pack: %w", err)
	}
	return buf.Bytes(), sum.Digest(), nil
}
