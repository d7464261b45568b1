package bundle

import (
	"fmt"
	"testing"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

// many is a program of n Services with random tables.
func many(n int) *ir.Program {
	p := sample.New(1).Program()
	p.Targets = nil
	for i := range n {
		m := sample.New(uint64(i))
		t := ir.Target{Ref: ir.Ref{Group: "core", Kind: "Service", Namespace: fmt.Sprintf("ns%02d", i/100), Name: fmt.Sprintf("s%05d", i)}, Ports: []uint16{80}}
		o := m.Outbound()
		o.Meta = ir.Meta{Ref: t.Ref, Port: 80}
		t.Tables = append(t.Tables, o)
		p.Targets = append(p.Targets, t)
	}
	return p
}

func BenchmarkPack(b *testing.B) {
	p := many(5000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Pack(p, Options{AllTables: true}, func(string, ...[]byte) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	p := many(5000)
	for b.Loop() {
		if _, err := Write(b.Context(), b.TempDir()+"/frozen", p, Options{AllTables: true}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProgram(b *testing.B) {
	files, _ := pack(b, many(5000), Options{})
	content := files[binaryName].Data
	b.ReportAllocs()
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		bundle, err := Decode(content)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := bundle.Program(); err != nil {
			b.Fatal(err)
		}
	}
}
