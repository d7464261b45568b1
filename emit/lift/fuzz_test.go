package lift

import (
	"testing"

	destinationpb "github.com/linkerd/linkerd2-proxy-api/go/destination"
	inboundpb "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/meta"
	outboundpb "github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/ir/sample"
)

// relower lifts and lowers a message; ok is false where it has no lift.
func relower(m proto.Message) (back proto.Message, ok bool) {
	switch m := m.(type) {
	case *outboundpb.OutboundPolicy:
		o, err := Outbound(m)
		if err != nil {
			return nil, false
		}
		return outbound.Policy(o), true
	case *inboundpb.Server:
		t, err := Inbound(m)
		if err != nil {
			return nil, false
		}
		return inbound.Server(t), true
	case *destinationpb.DestinationProfile:
		p, err := Profile(m)
		if err != nil {
			return nil, false
		}
		return profile.Destination(p), true
	}
	panic("no such kind")
}

// checkFaithful demands that a message that can be lifted loses nothing by it.
func checkFaithful(t *testing.T, m proto.Message) {
	t.Helper()
	if back, ok := relower(m); ok && !proto.Equal(m, back) {
		t.Fatalf("lifting loses something:\n%v\nbecomes\n%v", m, back)
	}
}

// Whatever the bytes, lifting fails or loses nothing.
func FuzzLift(f *testing.F) {
	for seed := range uint64(20) {
		m := sample.New(seed)
		for kind, m := range []proto.Message{outbound.Policy(m.Outbound()), inbound.Server(m.Inbound()), profile.Destination(m.Profile())} {
			wire, err := proto.Marshal(m)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(wire, uint8(kind))
		}
	}
	f.Fuzz(func(t *testing.T, wire []byte, kind uint8) {
		m := []proto.Message{&outboundpb.OutboundPolicy{}, &inboundpb.Server{}, &destinationpb.DestinationProfile{}}[kind%3]
		if proto.Unmarshal(wire, m) == nil {
			checkFaithful(t, m)
		}
	})
}

// Each message that a table has is damaged in one place; the lift must notice, or keep it.
func TestDamagedTables(t *testing.T) {
	refused := 0
	for seed := range uint64(300) {
		m := sample.New(seed)
		for _, table := range []proto.Message{outbound.Policy(m.Outbound()), inbound.Server(m.Inbound()), profile.Destination(m.Profile())} {
			wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(table)
			if err != nil {
				t.Fatal(err)
			}
			for range 20 {
				bad := append([]byte(nil), wire...)
				if len(bad) == 0 {
					continue
				}
				bad[m.IntN(len(bad))] = byte(m.IntN(256))
				into := table.ProtoReflect().New().Interface()
				if proto.Unmarshal(bad, into) != nil {
					continue
				}
				checkFaithful(t, into)
				if _, ok := relower(into); !ok {
					refused++
				}
			}
		}
	}
	if refused == 0 {
		t.Error("no damaged table was refused")
	}
}

func TestUnexpected(t *testing.T) {
	resource := &meta.Metadata{Kind: &meta.Metadata_Resource{Resource: &meta.Resource{Kind: "Service", Name: "a", Namespace: "b"}}}
	opaque := func(routes ...*outboundpb.OpaqueRoute) *outboundpb.OutboundPolicy {
		return &outboundpb.OutboundPolicy{Metadata: resource, Protocol: &outboundpb.ProxyProtocol{
			Kind: &outboundpb.ProxyProtocol_Opaque_{Opaque: &outboundpb.ProxyProtocol_Opaque{Routes: routes}},
		}}
	}
	unknown := opaque()
	unknown.Protocol.GetOpaque().ProtoReflect().SetUnknown(protowire.AppendVarint(protowire.AppendTag(nil, 99, protowire.VarintType), 1))
	port := opaque()
	port.Metadata = &meta.Metadata{Kind: &meta.Metadata_Resource{Resource: &meta.Resource{Port: 65536}}}

	for name, tc := range map[string]struct {
		m    *outboundpb.OutboundPolicy
		want string
	}{
		"nil":               {nil, "outbound policy: missing"},
		"empty":             {&outboundpb.OutboundPolicy{}, "protocol: missing"},
		"no metadata":       {&outboundpb.OutboundPolicy{Protocol: opaque().Protocol}, "metadata: missing"},
		"port":              {port, "metadata.resource: 65536 is not a port"},
		"unknown":           {unknown, "protocol: opaque: Opaque has 3 bytes of fields that this version of routec does not know"},
		"no route metadata": {opaque(&outboundpb.OpaqueRoute{}), "protocol: opaque: routes[0]: metadata: missing"},
		"nil route":         {opaque(nil), "protocol: opaque: routes[0]: missing"},
		"no distribution": {opaque(&outboundpb.OpaqueRoute{Metadata: resource, Rules: []*outboundpb.OpaqueRoute_Rule{{}}}),
			"protocol: opaque: routes[0]: rules[0]: backends: missing"},
		"detect differs": {&outboundpb.OutboundPolicy{Metadata: resource, Protocol: &outboundpb.ProxyProtocol{
			Kind: &outboundpb.ProxyProtocol_Detect_{Detect: &outboundpb.ProxyProtocol_Detect{
				Timeout: &durationpb.Duration{}, Opaque: &outboundpb.ProxyProtocol_Opaque{},
				Http1: &outboundpb.ProxyProtocol_Http1{}, Http2: &outboundpb.ProxyProtocol_Http2{Routes: []*outboundpb.HttpRoute{{Metadata: resource}}},
			}},
		}}, "protocol: detect: http1 and http2 differ, which no decided table can express"},
	} {
		if _, err := Outbound(tc.m); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
}
