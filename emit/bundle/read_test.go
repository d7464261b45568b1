package bundle

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir/sample"
)

func TestReadDamaged(t *testing.T) {
	files, _ := pack(t, sample.New(11).Program(), Options{})
	good := files[binaryName].Data
	newer := append([]byte{fieldVersion << 3, 2}, good[2:]...)
	for name, tc := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":      {nil, "truncated or no bundle"},
		"text":       {[]byte("kind: Bundle\n"), "truncated or no bundle"},
		"cut":        {good[:len(good)/2], "truncated"},
		"no digest":  {good[:len(good)-34], "truncated: it has no digest"},
		"newer":      {newer, "written in format 2, and this routec reads format 1"},
		"added":      {append(bytes.Clone(good), good[:2]...), "out of order"},
		"bit":        {flip(good, 200), "digest"},
		"bad digest": {flip(good, len(good)-1), "and the bundle says"},
	} {
		_, err := Read(fstest.MapFS{binaryName: {Data: tc.content}})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %q", name, err, tc.want)
		}
	}
	if _, err := Read(fstest.MapFS{}); !errors.Is(err, ErrNotBundle) {
		t.Errorf("empty folder: got %v", err)
	}
	if _, err := Read(fstest.MapFS{binaryName: {Mode: fs.ModeDir}}); err == nil {
		t.Error("a folder was read as bundle.pb")
	}
}

func flip(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[i] ^= 1
	return b
}

// A bundle whose digests are right may still be no program.
func TestNotAProgram(t *testing.T) {
	for want, spoil := range map[string]func(*bundlepb.Bundle){
		"does not come after":        func(b *bundlepb.Bundle) { b.Targets = append(b.Targets, b.Targets[0]) },
		"no template for every port": func(b *bundlepb.Bundle) { b.Targets[len(b.Targets)-1].Others = nil },
		"is not an address":          func(b *bundlepb.Bundle) { b.Targets[0].Addresses = [][]byte{{1}} },
		"is not a port":              func(b *bundlepb.Bundle) { b.Targets[0].Ports = []uint32{70000} },
		"is not a network":           func(b *bundlepb.Bundle) { b.Settings.ClusterNetworks[0].Cidr = "10.0.0.0/33" },
		"is not a range of ports":    func(b *bundlepb.Bundle) { b.Settings.DefaultOpaquePorts = []*bundlepb.PortRange{{First: 2, Last: 1}} },
		"is a table of port":         func(b *bundlepb.Bundle) { b.Targets[0].Others[0].Port = 7 },
	} {
		files, _ := pack(t, sample.New(11).Program(), Options{})
		b := read(t, files)
		spoil(b.binary)
		if _, err := b.Program(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for want, spoil := range map[string]func(*bundlepb.Bundle){
		"are missing":  func(b *bundlepb.Bundle) { b.Absent = nil },
		"has digest":   func(b *bundlepb.Bundle) { b.Fallback.Digest = nil },
		"has port":     func(b *bundlepb.Bundle) { b.Targets[0].Others[0].Port = 70000 },
		"answer":       func(b *bundlepb.Bundle) { b.Fallback.Answer = 99 },
		"out of range": func(b *bundlepb.Bundle) { b.Targets[0].Governs = []*bundlepb.Governs{{Wire: 77}} },
		"not a range":  func(b *bundlepb.Bundle) { b.Workloads[0].Others[0].Ports[0].First = 70000 },
	} {
		files, _ := pack(t, sample.New(11).Program(), Options{})
		b := read(t, files).binary
		spoil(b)
		if err := (&lister{}).bundle(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestReadDamagedText(t *testing.T) {
	const file = "inbound/faces/web.yaml"
	for want, change := range map[string]func(string) string{
		"changed by hand":            func(s string) string { return strings.Replace(s, "name: all-unauthenticated", "name: x", 1) },
		"has no field \"nonsense\"":  func(s string) string { return s + "nonsense: 1\n" },
		"stands here for the second": func(s string) string { return s + s[len(header):] },
		"does not begin with":        func(s string) string { return s + "---\nlabels: {}\n" },
		"is in no index":             func(s string) string { return strings.Replace(s, ".web:*\n", ".web:81\n", 1) },
		"is not the key of a table":  func(s string) string { return strings.Replace(s, tableComment, tableComment+"x", 1) },
		"line 1: unexpected":         func(s string) string { return s + "---\n# table: inbound/faces/Pod.x:1\n\"a\" b\n" },
	} {
		files, _ := pack(t, sample.New(11).Program(), Options{NoBinary: true})
		text := string(files[file].Data)
		changed := change(text)
		if changed == text {
			t.Fatalf("%s: nothing to change in\n%s", want, text)
		}
		files[file].Data = []byte(changed)
		if _, err := Read(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	files, _ := pack(t, sample.New(11).Program(), Options{NoBinary: true})
	files["outbound/prod/notes.yaml"] = &fstest.MapFile{Data: []byte("not: ours\n")}
	files["outbound/prod/link.yaml"] = &fstest.MapFile{Data: []byte(header), Mode: fs.ModeSymlink}
	if _, err := Read(files); err != nil {
		t.Errorf("files of others are in the way: %v", err)
	}
}

// Any bytes are a bundle or an error, and what is a bundle is a program or an error.
func FuzzDecode(f *testing.F) {
	for seed := range uint64(8) {
		files, _ := pack(f, sample.New(seed).Program(), Options{})
		f.Add(files[binaryName].Data)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if b, err := Decode(content); err == nil {
			b.Program()
		}
		raw, ok := forge(content)
		if !ok {
			return
		}
		b, err := Decode(raw)
		if err != nil {
			return
		}
		p, err := b.Program()
		if err != nil {
			return
		}
		if _, err := Pack(p, Options{}, func(string, ...[]byte) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
}

// forge gives damaged content digests that fit, so that what lies behind them is reached.
func forge(content []byte) ([]byte, bool) {
	b := &bundlepb.Bundle{}
	if unmarshal(content, b) != nil || b.Version != Version {
		return nil, false
	}
	refreeze(b)
	wire, err := render.Binary(b)
	if err != nil {
		return nil, false
	}
	return wire, true
}

func FuzzReadText(f *testing.F) {
	files, _ := pack(f, sample.New(11).Program(), Options{NoBinary: true})
	r := rand.New(rand.NewPCG(1, 1))
	for _, name := range []string{"inbound/faces/web.yaml", "index/prod.yaml", "status/prod.yaml", "outbound/prod/a.yaml"} {
		f.Add(name, files[name].Data)
		cut := files[name].Data[:r.IntN(len(files[name].Data))]
		f.Add(name, cut)
	}
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		changed := fstest.MapFS{}
		for n, file := range files {
			changed[n] = file
		}
		if !isOurPath(name) || !fs.ValidPath(name) {
			return
		}
		changed[name] = &fstest.MapFile{Data: append([]byte(header), text...)}
		Read(changed)
	})
}
