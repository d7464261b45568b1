package oci

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
)

// archive makes a gzipped tar of headers; the content of each is of its size.
func archive(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var buf bytes.Buffer
	zipped := gzip.NewWriter(&buf)
	out := tar.NewWriter(zipped)
	for _, h := range headers {
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := out.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(out, zeros{}, h.Size); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestUnpackTakes(t *testing.T) {
	files, err := Unpack(bytes.NewReader(archive(t,
		tar.Header{Name: "./", Typeflag: tar.TypeDir},
		tar.Header{Name: "pax_global_header", Typeflag: tar.TypeXGlobalHeader, PAXRecords: map[string]string{"comment": "a commit"}},
		tar.Header{Name: "./bundle/", Typeflag: tar.TypeDir},
		tar.Header{Name: "./bundle/bundle.pb", Size: 3},
		tar.Header{Name: "index/" + strings.Repeat("n", 240) + ".yaml", Size: 1, Mode: 0o777, Uid: 7},
	)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if names := files.Names(); len(names) != 2 || names[0] != "bundle/bundle.pb" {
		t.Errorf("%q", names)
	}
	if text, err := fs.ReadFile(files, "bundle/bundle.pb"); err != nil || string(text) != "\x00\x00\x00" {
		t.Errorf("%q, %v", text, err)
	}
}

// hostile archives, and what is said of them.
func hostile(t testing.TB) map[string]struct {
	archive []byte
	want    string
} {
	many := make([]tar.Header, 60)
	for i := range many {
		many[i] = tar.Header{Name: fmt.Sprintf("f%d", i)}
	}
	cut := archive(t, tar.Header{Name: "a", Size: 5000})
	return map[string]struct {
		archive []byte
		want    string
	}{
		"traversal":          {archive(t, tar.Header{Name: "../../etc/passwd", Size: 1}), `"../../etc/passwd" is not the name of a file below the root`},
		"traversal inside":   {archive(t, tar.Header{Name: "a/../../b", Size: 1}), "not the name of a file below the root"},
		"hidden traversal":   {archive(t, tar.Header{Name: "./../b", Size: 1}), "not the name of a file below the root"},
		"traversing folder":  {archive(t, tar.Header{Name: "../b/", Typeflag: tar.TypeDir}), "not the name of a file below the root"},
		"absolute":           {archive(t, tar.Header{Name: "/etc/passwd", Size: 1}), "not the name of a file below the root"},
		"backslash":          {archive(t, tar.Header{Name: `..\b`, Size: 1}), "not the name of a file below the root"},
		"symbolic link":      {archive(t, tar.Header{Name: "a", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}), `"a" is a link to "/etc/passwd"`},
		"hard link":          {archive(t, tar.Header{Name: "a", Typeflag: tar.TypeLink, Linkname: "b"}), `"a" is a link to "b"`},
		"device":             {archive(t, tar.Header{Name: "a", Typeflag: tar.TypeChar, Devmajor: 1}), `"a" is neither a file nor a folder`},
		"pipe":               {archive(t, tar.Header{Name: "a", Typeflag: tar.TypeFifo}), `"a" is neither a file nor a folder`},
		"twice":              {archive(t, tar.Header{Name: "a"}, tar.Header{Name: "./a"}), `"a" is there already`},
		"file and folder":    {archive(t, tar.Header{Name: "a"}, tar.Header{Name: "a/b"}), `"a" is a file and a folder`},
		"folder and file":    {archive(t, tar.Header{Name: "a/b"}, tar.Header{Name: "a"}), `"a" is there already`},
		"bomb":               {archive(t, tar.Header{Name: "a", Size: 64 << 20}), "larger than 1048576 bytes"},
		"bomb of many files": {archive(t, tar.Header{Name: "a", Size: 700 << 10}, tar.Header{Name: "b", Size: 700 << 10}), "larger than 1048576 bytes"},
		"many files":         {archive(t, many...), "more than 50 files"},
		"many folders":       {archive(t, tar.Header{Name: strings.Repeat("d/", 100) + "f"}), "more than 50 files"},
		"bomb of headers":    {archive(t, repeated(5000)...), "more than 50 files"},
		"long name":          {archive(t, tar.Header{Name: strings.Repeat("n", 5000)}), "is a name of 5000 bytes"},
		"not gzip":           {[]byte("PK\x03\x04"), "not compressed by gzip"},
		"nothing":            {nil, "not compressed by gzip"},
		"not tar":            {zip("no tar, but more than a block of it " + strings.Repeat(".", 600)), "invalid tar header"},
		"cut off":            {cut[:len(cut)-20], "unexpected EOF"},
	}
}

// Names take memory, too.
func TestUnpackNames(t *testing.T) {
	var many []tar.Header
	for i := range 20 {
		many = append(many, tar.Header{Name: fmt.Sprintf("%03d", i) + strings.Repeat("n", 97)})
	}
	for size, want := range map[int64]bool{2000: true, 1999: false} {
		if _, err := Unpack(bytes.NewReader(archive(t, many...)), Limits{Size: size, Files: 50}); (err == nil) != want {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func repeated(n int) []tar.Header {
	out := make([]tar.Header, n)
	for i := range out {
		out[i] = tar.Header{Name: "./", Typeflag: tar.TypeDir}
	}
	return out
}

func zip(text string) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	io.WriteString(w, text)
	w.Close()
	return buf.Bytes()
}

func TestUnpackRefuses(t *testing.T) {
	for name, c := range hostile(t) {
		files, err := Unpack(bytes.NewReader(c.archive), Limits{Size: 1 << 20, Files: 50})
		if err == nil || !strings.Contains(err.Error(), c.want) || files != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// FuzzUnpack: whatever is unpacked stays below the root and the limits, and packs to an
// archive of the same files.
func FuzzUnpack(f *testing.F) {
	for _, c := range hostile(f) {
		if len(c.archive) < 1<<12 {
			f.Add(c.archive)
		}
	}
	f.Add(archive(f, tar.Header{Name: "bundle/bundle.pb", Size: 10}, tar.Header{Name: "bundle/index/a.yaml"}))
	limits := Limits{Size: 1 << 16, Files: 100}
	f.Fuzz(func(t *testing.T, text []byte) {
		files, err := Unpack(bytes.NewReader(text), limits)
		if err != nil {
			return
		}
		size := int64(0)
		for _, name := range files.Names() {
			if !fs.ValidPath(name) || name == "." {
				t.Errorf("a file %q", name)
			}
			content, err := files.ReadFile(name)
			if err != nil {
				t.Error(err)
			}
			size += int64(len(name) + len(content))
		}
		if size > limits.Size || len(files.entries) > limits.Files+1 {
			t.Errorf("%d bytes, %d entries", size, len(files.entries))
		}
		packed, _, err := pack(files)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Unpack(bytes.NewReader(packed), limits)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files.Names() {
			a, _ := files.ReadFile(name)
			if b, err := again.ReadFile(name); err != nil || !bytes.Equal(a, b) {
				t.Errorf("%q differs: %v", name, err)
			}
		}
	})
}
