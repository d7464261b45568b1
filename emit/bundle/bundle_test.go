package bundle

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail")

// pack packs into memory.
func pack(t testing.TB, p *ir.Program, opts Options) (fstest.MapFS, *Summary) {
	t.Helper()
	files := fstest.MapFS{}
	var mu sync.Mutex
	s, err := Pack(p, opts, func(name string, content ...[]byte) error {
		mu.Lock()
		defer mu.Unlock()
		if files[name] != nil {
			return fmt.Errorf("%s is written twice", name)
		}
		if !isOurPath(name) || !fs.ValidPath(name) {
			return fmt.Errorf("%q is no path", name)
		}
		files[name] = &fstest.MapFile{Data: bytes.Join(content, nil)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, s
}

func read(t testing.TB, fsys fs.FS) *Bundle {
	t.Helper()
	b, err := Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sameFiles(t *testing.T, a, b fstest.MapFS) {
	t.Helper()
	for name := range a {
		if b[name] == nil || !bytes.Equal(a[name].Data, b[name].Data) {
			t.Fatalf("%s differs", name)
		}
	}
	if len(a) != len(b) {
		t.Fatalf("%d and %d files", len(a), len(b))
	}
}

// A bundle gives the program back, and packing that gives the bundle back.
func TestRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		p := sample.New(seed).Program()
		files, summary := pack(t, p, Options{AllTables: seed%2 == 0})
		b := read(t, files)
		if b.Digest != summary.Digest || len(b.Tables) != summary.Tables {
			t.Fatalf("seed %d: read %s with %d tables, packed %+v", seed, b.Digest, len(b.Tables), summary)
		}
		back, err := b.Program()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !ir.Equal(p, back) {
			t.Fatalf("seed %d: another program comes back", seed)
		}
		again, _ := pack(t, back, Options{AllTables: seed%2 == 0})
		sameFiles(t, files, again)
	}
}

// The summary alone is that of the bundle, but for what is not made.
func TestOnlyDigest(t *testing.T) {
	for seed := range uint64(50) {
		p := sample.New(seed).Program()
		files, want := pack(t, p, Options{})
		want.Texts, want.Bytes = 0, 0
		if got, err := Pack(p, Options{OnlyDigest: true}, nil); err != nil || *got != *want || len(files) == 0 {
			t.Fatalf("seed %d: %+v, %v; with files %+v", seed, got, err, want)
		}
	}
}

// The program that comes back answers with the same bytes.
func TestAnswers(t *testing.T) {
	answered := 0
	for seed := range uint64(100) {
		p := sample.New(seed).Program()
		files, _ := pack(t, p, Options{})
		back, err := read(t, files).Program()
		if err != nil {
			t.Fatal(err)
		}
		for _, client := range []string{"", "books", "prod"} {
			for _, port := range []uint16{25, 80, 443, 9999} {
				for _, ip := range []string{"10.1.2.3", "fd00::1", "192.0.2.9", "8.8.8.8"} {
					addr := netip.AddrPortFrom(netip.MustParseAddr(ip), port)
					answered += sameAnswer(t, addr.String(), outboundAnswer(p.OutboundAddr(addr, client)), outboundAnswer(back.OutboundAddr(addr, client)))
					answered += sameAnswer(t, addr.String(), profileAnswer(p.Profile(addr.String(), client)), profileAnswer(back.Profile(addr.String(), client)))
				}
				for _, name := range []string{"web.prod", "cart.faces", "nobody.prod"} {
					authority := fmt.Sprintf("%s.svc.cluster.local:%d", name, port)
					answered += sameAnswer(t, authority, outboundAnswer(p.OutboundName(authority, client)), outboundAnswer(back.OutboundName(authority, client)))
					answered += sameAnswer(t, authority, profileAnswer(p.Profile(authority, client)), profileAnswer(back.Profile(authority, client)))
				}
			}
		}
	}
	if answered < 1000 {
		t.Errorf("only %d answers with a table", answered)
	}
}

func outboundAnswer(o ir.Outbound, err error) string {
	if err != nil {
		return "error " + err.Error()
	}
	return answer(outbound.Policy(o))
}

func profileAnswer(p ir.Profile, err error) string {
	if err != nil {
		return "error " + err.Error()
	}
	return answer(profile.Destination(p))
}

func answer(m proto.Message) string {
	b, err := render.Binary(m)
	if err != nil {
		return "error " + err.Error()
	}
	return string(b)
}

func sameAnswer(t *testing.T, query, want, got string) int {
	t.Helper()
	if want != got {
		t.Fatalf("%s: answered %q, want %q", query, got, want)
	}
	if strings.HasPrefix(want, "error ") {
		return 0
	}
	return 1
}

// The bytes do not depend on how many workers there are, nor on who finishes first.
func TestDeterministic(t *testing.T) {
	p := sample.New(3).Program()
	want, _ := pack(t, p, Options{})
	for _, n := range []int{1, 2, 8} {
		old := runtime.GOMAXPROCS(n)
		for range 5 {
			got, _ := pack(t, p, Options{})
			sameFiles(t, want, got)
		}
		runtime.GOMAXPROCS(old)
	}
}

// Without bundle.pb every table is still there by digest, and what was decided by content.
func TestTextOnly(t *testing.T) {
	for seed := range uint64(100) {
		p := sample.New(seed).Program()
		whole, _ := pack(t, p, Options{})
		text, _ := pack(t, p, Options{NoBinary: true})
		if text[binaryName] != nil || len(text) != len(whole)-1 {
			t.Fatalf("seed %d: %d files with and %d without bundle.pb", seed, len(whole), len(text))
		}
		b := read(t, text)
		if _, err := b.Program(); !errors.Is(err, ErrTextOnly) {
			t.Fatalf("got %v", err)
		}
		want := map[string]Table{}
		for _, table := range read(t, whole).Tables {
			want[table.Key.String()] = table
		}
		if len(b.Tables) != len(want) {
			t.Fatalf("seed %d: %d tables, want %d", seed, len(b.Tables), len(want))
		}
		for _, got := range b.Tables {
			w := want[got.Key.String()]
			if got.Digest != w.Digest || got.Key.Object.Name != w.Key.Object.Name || len(got.By) != len(w.By) || got.Answer != w.Answer || got.Governs != w.Governs {
				t.Fatalf("seed %d: got %+v, want %+v", seed, got, w)
			}
			if len(w.By) > 0 && got.Message == nil && !strings.Contains(string(joined(text)), noTextComment) {
				t.Fatalf("seed %d: %s has no text", seed, got.Key)
			}
			if got.Message != nil && !bytes.Equal(got.Message, w.Message) {
				t.Fatalf("seed %d: the text of %s says something else", seed, got.Key)
			}
		}
	}
}

func joined(files fstest.MapFS) []byte {
	var out []byte
	for _, f := range files {
		out = append(out, f.Data...)
	}
	return out
}

func TestRefusedTablesAreMarked(t *testing.T) {
	p := sample.New(5).Program()
	key := OutboundKey(p.Targets[0].Ref, p.Targets[0].Others[0])
	opts := Options{Judge: func() func(Key, proto.Message) string {
		return func(k Key, _ proto.Message) string {
			if k == key {
				return "routes[0]: bad\nregex"
			}
			return ""
		}
	}}
	files, summary := pack(t, p, opts)
	if summary.Refused != 1 {
		t.Errorf("%d refused", summary.Refused)
	}
	text, _ := pack(t, p, Options{NoBinary: true, Judge: opts.Judge})
	for _, b := range []*Bundle{read(t, files), read(t, text)} {
		i := slices.IndexFunc(b.Tables, func(t Table) bool { return t.Refused != "" })
		if i < 0 || b.Tables[i].Key.String() != key.String() || b.Tables[i].Refused != "routes[0]: bad\nregex" {
			t.Errorf("table %d is marked", i)
		}
	}
	if !bytes.Contains(joined(text), []byte("# REFUSED: \"routes[0]: bad\\nregex\"\n")) {
		t.Error("the text does not say so")
	}
}

// The bytes of one bundle are checked in, so that a change of the protobuf library, or of
// this package, shows in review.
func TestGolden(t *testing.T) {
	p := sample.New(11).Program()
	files, summary := pack(t, p, Options{})
	root := filepath.Join("testdata", "golden")
	if *update {
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
		if _, err := Write(t.Context(), root, p, Options{}); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s rewritten", root)
	}
	for name, f := range files {
		want, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(want, f.Data) {
			t.Errorf("%s differs (%v)", name, err)
		}
	}
	if b := read(t, os.DirFS(root)); b.Digest != summary.Digest {
		t.Errorf("digest %s, packed %s", b.Digest, summary.Digest)
	}
}

func TestSegment(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{
		"web", "", "_cluster", "Web", "..", ".", "a/b", "a\\b", "a\x00", "%57eb", strings.Repeat("a", 253), strings.Repeat("a", 252) + "b", "é", "a.b", "con",
	} {
		s := segment(name)
		if other, twice := seen[s]; twice {
			t.Errorf("%q and %q are both %q", name, other, s)
		}
		seen[s] = name
		if len(s) > maxSegment || s != strings.ReplaceAll(s, "/", "") || s == "." || s == ".." || strings.ContainsAny(s, "\\\x00") {
			t.Errorf("%q becomes %q", name, s)
		}
	}
	if segment("web-1.x") != "web-1.x" {
		t.Error("ordinary names change")
	}
}

func TestKeys(t *testing.T) {
	for _, s := range []string{
		"outbound/prod/web:80", "outbound/prod/web:*@books", "outbound/prod/web:opaque", "egress/prod/net:443@a", "profile/prod/web:80",
		"inbound/prod/Deployment.web:8080", "inbound/prod/Pod.web.x:*25,30-40", "outbound/absent", "profile/10.0.0.1:80", "profile/[fd00::1]:80",
	} {
		k, err := ParseKey(s)
		if err != nil || k.String() != s {
			t.Errorf("%s is read as %s, %v", s, k, err)
		}
	}
	for _, s := range []string{"", "outbound", "x/y", "outbound/a/b", "outbound/a/b/c:1"} {
		if k, err := ParseKey(s); err == nil {
			t.Errorf("%q is read as %v", s, k)
		}
	}
}
