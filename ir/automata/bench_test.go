package automata

import "testing"

// pathPattern and the paths are what a routing table usually has.
const pathPattern = `/api/v[0-9]+/orders/[^/]+`

func BenchmarkCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := Check(pathPattern); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, pattern := range []string{pathPattern, `/items/\d+/events`, `(?i)acme.*`, `.*/stock`, `\w+`} {
		b.Run(pattern, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(pattern); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFullSpan(b *testing.B) {
	tests := []struct{ name, pattern, text string }{
		{"match", pathPattern, "/api/v1/orders/1234567"},
		{"otherPrefix", pathPattern, "/users/search/1234567"},
		{"late", pathPattern, "/api/v1/orders/1234/567"},
		{"suffix", `.*/stock`, "/api/v1/returns/stock"},
		{"otherSuffix", `.*/stock`, "/api/v1/returns/other"},
		{"digits", `/items/\d+/events`, "/items/123456/events"},
		{"anchored", `^/items/[0-9]+$`, "/items/123456123456"},
		{"boundary", `/\bitems\b/[0-9]+`, "/items/123456123456"},
		{"unicode", `/\w+`, "/ééééééé"},
	}
	for _, test := range tests {
		b.Run(test.name, func(b *testing.B) {
			re, err := Compile(test.pattern)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				re.FullSpan(test.text)
			}
		})
	}
}
