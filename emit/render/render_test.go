package render

import (
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
)

var update = flag.Bool("update", false, "rewrite golden files, and fail")

func dynamicDuration() proto.Message { return &durationpb.Duration{} }

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s rewritten", path)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(got) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func policy(t testing.TB) *outbound.OutboundPolicy {
	t.Helper()
	text, err := os.ReadFile("testdata/policy.json")
	if err != nil {
		t.Fatal(err)
	}
	m := &outbound.OutboundPolicy{}
	if err := protojson.Unmarshal(text, m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGolden(t *testing.T) {
	m := policy(t)
	yaml, err := YAML(m)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "policy.yaml", yaml)
	line, err := JSON(m)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "policy.line.json", line)
}

// types are the messages that laws are tried on, by name.
func types(t testing.TB) map[string]func() proto.Message {
	return map[string]func() proto.Message{
		"outbound": func() proto.Message { return &outbound.OutboundPolicy{} },
		"inbound":  func() proto.Message { return &inbound.Server{} },
		"profile":  func() proto.Message { return &destination.DestinationProfile{} },
		"kinds":    newKinds(t),
	}
}

// What is printed reads back as the same message, in every form.
func TestRoundTrip(t *testing.T) {
	for name, empty := range types(t) {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 150 {
				m := empty()
				randomMessage(r, m.ProtoReflect(), 0)
				roundTrip(t, m, empty)
			}
		})
	}
}

func roundTrip(t *testing.T, m proto.Message, empty func() proto.Message) {
	t.Helper()
	forms := map[string]func(proto.Message) ([]byte, error){"YAML": YAML, "JSON": JSON}
	for form, print := range forms {
		text, err := print(m)
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		back := empty()
		if err := Read(text, back); err != nil {
			t.Fatalf("%s: %v\n%s", form, err, text)
		}
		if !proto.Equal(m, back) {
			t.Fatalf("%s changes the message:\n%s\nis read as\n%v", form, text, back)
		}
	}
	wire, err := Binary(m)
	if err != nil {
		t.Fatal(err)
	}
	back := empty()
	if err := proto.Unmarshal(wire, back); err != nil || !proto.Equal(m, back) {
		t.Fatalf("binary changes the message (%v)", err)
	}
}

// JSON has the content that the protobuf library writes, and the library reads it.
func TestJSONAgreesWithLibrary(t *testing.T) {
	for name, empty := range types(t) {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for range 100 {
				m := empty()
				randomMessage(r, m.ProtoReflect(), 0)
				ours, err := JSON(m)
				if err != nil {
					t.Fatal(err)
				}
				theirs, err := protojson.Marshal(m)
				if err != nil {
					t.Fatal(err)
				}
				if !sameJSON(t, ours, theirs) {
					t.Fatalf("ours:\n%s\ntheirs:\n%s", ours, theirs)
				}
				back := empty()
				if err := Read(theirs, back); err != nil || !proto.Equal(m, back) {
					t.Fatalf("the library's text is read wrong (%v):\n%s", err, theirs)
				}
			}
		})
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatalf("%v:\n%s", err, a)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}

func TestNoText(t *testing.T) {
	deep := &destination.RequestMatch{}
	for m, i := deep, 0; i < 1000; i++ {
		next := &destination.RequestMatch{}
		m.Match = &destination.RequestMatch_Not{Not: next}
		m = next
	}
	for name, tc := range map[string]struct {
		m    proto.Message
		want string
	}{
		"long":  {&outbound.Queue{FailfastTimeout: &durationpb.Duration{Seconds: MaxDurationSeconds + 1}}, "beyond proto JSON's limit"},
		"nanos": {&outbound.Queue{FailfastTimeout: &durationpb.Duration{Nanos: 1e9}}, "a second or more"},
		"signs": {&outbound.Queue{FailfastTimeout: &durationpb.Duration{Seconds: 1, Nanos: -1}}, "different signs"},
		"deep":  {deep, "nested deeper"},
		"other": {structpb.NewNullValue(), "google.protobuf.Value: its form"},
	} {
		for form, print := range map[string]func(proto.Message) ([]byte, error){"YAML": YAML, "JSON": JSON} {
			_, err := print(tc.m)
			var no *NoTextError
			if !errors.As(err, &no) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s of %s: got error %v, want %q", form, name, err, tc.want)
			}
		}
		if _, err := Binary(tc.m); err != nil {
			t.Errorf("binary of %s: %v", name, err)
		}
	}
}

// Bytes that Binary would not write are an error, not half a text.
func TestWireNotCanonical(t *testing.T) {
	printer := For(&meta.Metadata{})
	for name, wire := range map[string]string{
		"cut tag":     "\x80",
		"cut value":   "\x0a\x05ab",
		"wrong type":  "\x08\x01",
		"twice":       "\x0a\x01a\x0a\x01b",
		"oneof twice": "\x0a\x01a\x12\x00",
	} {
		if out, err := printer.AppendYAML(nil, []byte(wire)); err == nil {
			t.Errorf("%s: no error, printed %q", name, out)
		}
		if out, err := printer.AppendJSON(nil, []byte(wire)); err == nil {
			t.Errorf("%s: no error, printed %q", name, out)
		}
	}
	if _, err := Binary(&meta.Metadata{Kind: &meta.Metadata_Default{Default: "\xff"}}); err == nil {
		t.Error("a string that is not UTF-8 was encoded")
	}
}

func TestIsPlain(t *testing.T) {
	for s, want := range map[string]bool{
		"a": true, "/": true, "web.prod": true, "12ab": true, "0aff": true, "9f86d081884c7d65": true,
		"": false, "1": false, "1e5": false, "0x1f": false, "0o17": false, "0b1c": false, "1.5a": false, "-a": false, "on": false, "No": false,
		"a:b": false, "a b": false, "1_0": false, "12:30": false, "2001-01-01": false, ".inf": false, "~": false,
	} {
		if isPlain(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
