package refuse

import (
	"testing"

	"routec.dev/routec/ir/automata"
)

// One Checker for many tables: the expressions have been parsed already.
func BenchmarkOutbound(b *testing.B) {
	rule := `{"matches":[{"path":{"prefix":"/a"}},{"path":{"regex":"/b/[0-9]+"},"headers":[{"name":"x-version","exact":"djE="}]}],` +
		`"filters":[{"requestHeaderModifier":{"set":{"headers":[{"name":"x","value":"eQ=="}]}}}],` +
		`"backends":{"randomAvailable":{"backends":[{"weight":1,"backend":{"backend":` + backend + `}},{"weight":1,"backend":{"backend":` + backend + `}}]}}}`
	route := `{"metadata":{"default":"r"},"hosts":[{"exact":"a"}],"rules":[` + rule + `,` + rule + `,` + rule + `,` + rule + `]}`
	p := readOutbound(b, `{"metadata":{"default":"p"},"protocol":{"detect":{"timeout":"1s","opaque":{},"http1":{"routes":[`+route+`]},"http2":{"routes":[`+route+`]}}}}`)
	c := NewChecker(automata.Check)
	b.ReportAllocs()
	for b.Loop() {
		if c.Outbound(p) != nil {
			b.Fatal("refused")
		}
	}
}
