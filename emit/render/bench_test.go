package render

import "testing"

func BenchmarkYAML(b *testing.B) {
	m := policy(b)
	wire, err := Binary(m)
	if err != nil {
		b.Fatal(err)
	}
	printer := For(m)
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		if out, err = printer.AppendYAML(out[:0], wire); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(out)))
	b.ReportMetric(float64(len(wire)), "wire-bytes")
}

func BenchmarkBinary(b *testing.B) {
	m := policy(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Binary(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFor(b *testing.B) {
	m := policy(b)
	b.ReportAllocs()
	for b.Loop() {
		For(m)
	}
}
