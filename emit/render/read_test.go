package render

import (
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"
)

func TestReadOtherSpellings(t *testing.T) {
	want := &outbound.Queue{Capacity: 5}
	for _, text := range []string{
		"capacity: 5", "---\ncapacity: 5\n", "# c\n\ncapacity: \"5\" # c\n", "{capacity: 5,}", "{\n\t\"capacity\"\n:5 # c\n}\n", "'capacity':   5\r\n",
		"capacity: 5\nfailfastTimeout: null\n", "capacity: 5\nfailfast_timeout:\n", "\n   capacity: 5\n",
	} {
		got := &outbound.Queue{Capacity: 1}
		if err := Read([]byte(text), got); err != nil || !proto.Equal(got, want) {
			t.Errorf("%q: got %v, error %v", text, got, err)
		}
	}
}

func TestReadList(t *testing.T) {
	for _, text := range []string{
		"labels: {a: b}\nserverIps:\n- ipv4: 1\n- {ipv4: 2}\n",
		"labels:\n  a: 'b'\nserverIps:\n  - ipv4: 1\n  -\n    ipv4: 2\n",
	} {
		var got inbound.Server
		if err := Read([]byte(text), &got); err != nil || len(got.ServerIps) != 2 || got.ServerIps[1].GetIpv4() != 2 || got.Labels["a"] != "b" {
			t.Errorf("%q: got %v, error %v", text, &got, err)
		}
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"resource:\n  nmae: x":              `line 2: Resource has no field "nmae"`,
		"resource: {name: x}\ndefault: y":   `line 2: "default" and "resource" exclude each other`,
		"default: x\ndefault: y":            `line 2: the key "default" occurs twice`,
		"default: [x]":                      "not a single value",
		"default: x y: z":                   "unexpected ':'",
		"resource:\n  port: 70000000000":    "line 2: port: \"70000000000\" is not of type uint32: value out of range",
		"resource:\n  port: -1":             "line 2: port: \"-1\" is not of type uint32: invalid syntax",
		"resource:\n\tport: 1":              "a tab in the indentation",
		"resource:\n  port: 1\n name: x":    "",
		"resource:\n  port: 1\n    name: x": "line 3: indented more",
		"resource: {port: 1":                "no '}' or \",\"",
		"default: &a x":                     "'&' starts something",
		"default: |\n  x":                   "'|' starts something",
		"default: \"x":                      "no end on its line",
		`default: "\ud800"`:                 "a surrogate without",
		`default: "\q"`:                     "an unknown escape",
		`default: "\u12`:                    "an escape is cut off",
		"- default":                         "Metadata is not a mapping",
		"default: x\n---\ndefault: y":       "",
		"default: \xff":                     "not UTF-8",
		"a b":                               "not a mapping",
		strings.Repeat("[", 5000):           "nested deeper",
		strings.Repeat("- ", 5000):          "nested deeper",
		strings.Repeat("{resource: ", 5000): "nested deeper",
		"resource:\n  name:\n  - a":         "not a single value",
		"{default: x} y":                    "unexpected 'y'",
	} {
		err := Read([]byte(text), &meta.Metadata{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got error %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"1", "1ss", "1.0000000000s", "--1s", "s", ".5s", "1e3s", "315576000001s", "99999999999999999999s"} {
		if err := Read([]byte("failfastTimeout: "+text), &outbound.Queue{}); err == nil {
			t.Errorf("duration %s was read", text)
		}
	}
}

// Any text either fails to read or has a canonical form that reads as the same message.
func FuzzRead(f *testing.F) {
	f.Add([]byte("default: \"x\"\n"), uint8(0))
	f.Add([]byte("protocol:\n  detect:\n    timeout: 10s\n    http1:\n      routes:\n      - hosts:\n        - exact: a\n"), uint8(1))
	f.Add([]byte(`{"serverIps":[{"ipv4":1}],"labels":{"a":"b"}}`), uint8(2))
	f.Add([]byte("routes:\n- condition: {not: {path: {regex: '/a'}}}\n"), uint8(3))
	f.Add([]byte("aFloat: 1e3\nbyNumber: {5: {raw: AAE=}}\nchildren:\n- - a\n"), uint8(4))
	newKinds := newKinds(f)
	f.Fuzz(func(t *testing.T, text []byte, kind uint8) {
		empty := []func() proto.Message{
			func() proto.Message { return &meta.Metadata{} },
			func() proto.Message { return &outbound.OutboundPolicy{} },
			func() proto.Message { return &inbound.Server{} },
			func() proto.Message { return &destination.DestinationProfile{} },
			newKinds,
		}[kind%5]
		m := empty()
		if Read(text, m) == nil {
			roundTrip(t, m, empty)
		}
	})
}

// Any bytes either are an error or print as text that reads back.
func FuzzWire(f *testing.F) {
	wire, err := Binary(policy(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wire)
	printer := For(&outbound.OutboundPolicy{})
	f.Fuzz(func(t *testing.T, wire []byte) {
		yaml, err := printer.AppendYAML(nil, wire)
		json, err2 := printer.AppendJSON(nil, wire)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("YAML: %v, JSON: %v", err, err2)
		}
		m := &outbound.OutboundPolicy{}
		if err != nil || proto.Unmarshal(wire, m) != nil {
			return
		}
		for _, text := range [][]byte{yaml, json} {
			back := &outbound.OutboundPolicy{}
			if err := Read(text, back); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
		}
	})
}
