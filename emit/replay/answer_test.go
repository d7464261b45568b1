package replay

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func tableJSON(t testing.TB, message proto.Message) []byte {
	t.Helper()
	text, err := protojson.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAnswer(t *testing.T) {
	detect := policy(route("", rule(E("/a"))))
	detect.GetProtocol().GetDetect().Http2.Routes = nil
	refused := policy(route("", rule(X("("))))
	for _, test := range []struct {
		name     string
		table    proto.Message
		requests string
		want     string // lines
		err      string // part of the error; "" for none
	}{
		{"winner and none", detect, `{"method":"GET","uri":"http://h/a","headers":[["x","y"]]}`, `{"http1":{"route":0,"rule":0},"http2":null}`, ""},
		{"requests on one line", detect, `{"method":"GET","uri":"/a"}{"method":"GET","uri":"/b"}`,
			`{"http1":{"route":0,"rule":0},"http2":null} {"http1":null,"http2":null}`, ""},
		{"no such request", detect, `{"method":"GET","uri":"/a b"}`,
			`{"http1":{"badRequest":"invalid uri character"},"http2":{"badRequest":"invalid uri character"}}`, ""},
		{"no such header", detect, `{"method":"GET","uri":"/a","headers":[["a b","c"]]}`,
			`{"http1":{"badRequest":"invalid HTTP header name"},"http2":{"badRequest":"invalid HTTP header name"}}`, ""},
		{"refused", refused, `{"method":"GET","uri":"/a"}`, `{"error":"invalid HTTP route: invalid route match: invalid path match: invalid regular expression: `, ""},
		{"inbound", server(nil), `{"method":"GET","uri":"/a"}`, `{"http1":{"route":0,"rule":0},"http2":{"route":0,"rule":0}}`, ""},
		{"gRPC", grpcPolicy(grpcRuleOf(R("s/*"))), `{"method":"POST","uri":"/s/m"}`, `{"grpc":{"route":0,"rule":0}}`, ""},
		{"half a request", detect, `{"method":"GET","uri":"/a"} {"method`, `{"http1":{"route":0,"rule":0},"http2":null}`, "read request 2"},
		{"header of three parts", detect, `{"method":"GET","uri":"/a","headers":[["a","b","c"]]}`, ``, "header 0 has 3 parts"},
	} {
		var out bytes.Buffer
		err := Answer(&out, tableJSON(t, test.table), strings.NewReader(test.requests))
		if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %v", test.name, err)
		}
		got := strings.ReplaceAll(strings.TrimSpace(out.String()), "\n", " ")
		if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
			t.Errorf("%s: got %s, want %s", test.name, out.String(), test.want)
		}
	}
	if err := Answer(&bytes.Buffer{}, []byte(`{"protocol":7}`), strings.NewReader("")); err == nil {
		t.Error("a table that is none: no error")
	}
}

// Any bytes are a table that answers, a refusal, or no message; never a crash.
func FuzzTable(f *testing.F) {
	for _, m := range []proto.Message{
		policy(route("*.a b", rule(P("/a", header("x~a+")), E("/b", query("c=d"), method("GET"))), redirecting(replacePrefix("/x")))),
		grpcPolicy(grpcRuleOf(R("s/m", "x=1"))),
		server(nil, identities("a")),
	} {
		bytes, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(bytes, "POST", "http://x.a:80/a/b?c=d", "x", "aa")
	}
	f.Fuzz(func(t *testing.T, bytes []byte, method, uri, name, value string) {
		r, err := NewRequest(method, uri, []Header{{name, value}, {"l5d-timeout", value}})
		if err != nil {
			return
		}
		for _, m := range []proto.Message{policy(), server(nil)} {
			proto.Reset(m)
			if proto.Unmarshal(bytes, m) != nil {
				continue
			}
			table, err := Prepare(m)
			if err != nil {
				continue
			}
			for _, v := range []Version{HTTP1, HTTP2} {
				if table.policy != nil {
					table.Outbound(v, r)
					table.Opaque()
					table.TLSConnection(value)
				} else {
					table.Inbound(v, r, client("10.0.0.1", value))
					table.Connection(client("::1", value))
				}
			}
		}
	})
}

func FuzzAnswer(f *testing.F) {
	table := tableJSON(f, policy(route("", rule(X("/a.*")))))
	f.Add(table, []byte(`{"method":"GET","uri":"/a?b","headers":[["x","y"]]}`))
	f.Fuzz(func(t *testing.T, table, requests []byte) {
		_ = Answer(&bytes.Buffer{}, table, bytes.NewReader(requests))
	})
}
