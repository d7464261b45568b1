package refuse

import (
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/ir/automata"
)

const (
	anyone = `{"networks":[{"net":{"ip":{"ipv4":0}}}],"authentication":{"unauthenticated":{}},"metadata":{"default":"all"}}`
	named  = `"labels":{"name":"s"}`
)

func TestInbound(t *testing.T) {
	http1 := func(route string) string {
		return `{` + named + `,"protocol":{"http1":{"routes":[` + route + `]}}}`
	}
	authz := func(a string) string {
		return `{` + named + `,"protocol":{"opaque":{}},"authorizations":[` + a + `]}`
	}
	for _, test := range []struct{ name, server, path, message string }{
		{"accepted", authz(anyone), ok, ""},
		{"no protocol", `{` + named + `}`, "protocol", "missing protocol detection timeout"},
		{"no detect timeout", `{` + named + `,"protocol":{"detect":{}}}`, "protocol.detect.timeout", "missing protocol detection timeout"},
		{"negative detect timeout", `{` + named + `,"protocol":{"detect":{"timeout":"-1s"}}}`, "protocol.detect.timeout",
			"invalid protocol detection timeout: NegativeDuration(1s)"},
		{"no name label", `{"protocol":{"tls":{}},"labels":{"kind":"server"}}`, "labels", "invalid label: missing 'name' label"},
		{"route without metadata", http1(`{}`), "protocol.http1.routes[0].metadata", "invalid HTTP route: invalid labels: missing"},
		{"route with empty metadata", http1(`{"metadata":{"resource":{}}}`), ok, ""},
		{"filter without kind", http1(`{"metadata":{"default":"r"},"rules":[{"filters":[{}]}]}`), ok, ""},
		{"bad redirect", http1(`{"metadata":{"default":"r"},"rules":[{"filters":[{"redirect":{"path":{"full":"a"}}}]}]}`),
			"protocol.http1.routes[0].rules[0].filters[0].redirect.path.full", "invalid HTTP route: invalid request redirect: redirect paths must be absolute"},
		{"rate limit with metadata without kind", `{` + named + `,"protocol":{"http2":{"localRateLimit":{"metadata":{}}}}}`,
			"protocol.http2.localRateLimit.metadata", "invalid label: missing"},
		{"no networks", authz(`{"authentication":{"unauthenticated":{}},"metadata":{"default":"a"}}`), "authorizations[0].networks",
			"invalid authorization: missing networks"},
		{"no IP", authz(`{"networks":[{"net":{"ip":{}}}],"authentication":{"unauthenticated":{}},"metadata":{"default":"a"}}`), "authorizations[0].networks[0].net",
			"invalid authorization: invalid network: invalid IP address"},
		{"prefix too long", authz(`{"networks":[{"net":{"ip":{"ipv4":0}},"except":[{"ip":{"ipv4":0},"prefixLen":33}]}],"authentication":{"unauthenticated":{}},"metadata":{"default":"a"}}`),
			"authorizations[0].networks[0].except[0]", "invalid authorization: invalid network: invalid network prefix length"},
		{"mesh TLS of nobody", authz(`{"networks":[{"net":{"ip":{"ipv4":0}}}],"authentication":{"meshTLS":{}},"metadata":{"default":"a"}}`), "authorizations[0].authentication",
			"invalid authorization: missing authentications"},
		{"authorization by label", authz(`{"networks":[{"net":{"ip":{"ipv4":0}}}],"authentication":{"unauthenticated":{}},"labels":{"name":"a"}}`), ok, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &inbound.Server{}
			if err := protojson.Unmarshal([]byte(test.server), s); err != nil {
				t.Fatal(err)
			}
			reasons := NewChecker(automata.Check).Inbound(s)
			checkPaths(t, s, reasons)
			if test.message == "" {
				if len(reasons) > 0 {
					t.Fatalf("refused: %+v", reasons)
				}
				return
			}
			if len(reasons) != 1 || reasons[0].Path != test.path || reasons[0].Message != test.message {
				t.Fatalf("got %+v\nwant %s: %s", reasons, test.path, test.message)
			}
		})
	}
}

func FuzzInbound(f *testing.F) {
	s := &inbound.Server{}
	if err := protojson.Unmarshal([]byte(`{`+named+`,"protocol":{"detect":{"timeout":"1s"}},"authorizations":[`+anyone+`]}`), s); err != nil {
		f.Fatal(err)
	}
	bytes, err := proto.Marshal(s)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		s := &inbound.Server{}
		if proto.Unmarshal(bytes, s) == nil {
			NewChecker(automata.Check).Inbound(s)
		}
	})
}
