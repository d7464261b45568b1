package lift

import (
	"testing"

	destinationpb "github.com/linkerd/linkerd2-proxy-api/go/destination"
	inboundpb "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	outboundpb "github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/profile"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
)

const draws = 2000

// wired sends a message over the wire, as a bundle or a control plane would.
func wired[M proto.Message](t *testing.T, m, into M) M {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
	return into
}

func TestOutboundIsInverse(t *testing.T) {
	for seed := range uint64(draws) {
		want := sample.New(seed).Outbound()
		m := wired(t, outbound.Policy(want), &outboundpb.OutboundPolicy{})
		got, err := Outbound(m)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, prototext.Format(m))
		}
		if !ir.EqualOutbounds(&want, &got) {
			t.Fatalf("seed %d: lifting gives another table\nwant %+v\ngot  %+v", seed, want, got)
		}
	}
}

func TestInboundIsInverse(t *testing.T) {
	for seed := range uint64(draws) {
		want := sample.New(seed).Inbound()
		m := wired(t, inbound.Server(want), &inboundpb.Server{})
		got, err := Inbound(m)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, prototext.Format(m))
		}
		if !ir.EqualInbounds(&want, &got) {
			t.Fatalf("seed %d: lifting gives another table\nwant %+v\ngot  %+v", seed, want, got)
		}
	}
}

func TestProfileIsInverse(t *testing.T) {
	for seed := range uint64(draws) {
		want := sample.New(seed).Profile()
		m := wired(t, profile.Destination(want), &destinationpb.DestinationProfile{})
		got, err := Profile(m)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, prototext.Format(m))
		}
		if !ir.EqualProfiles(&want, &got) {
			t.Fatalf("seed %d: lifting gives another profile\nwant %+v\ngot  %+v", seed, want, got)
		}
	}
}

// The empty message is what the controller answers for a port that no Service declares.
func TestEmptyProfile(t *testing.T) {
	got, err := Profile(&destinationpb.DestinationProfile{})
	if err != nil || !ir.EqualProfiles(&got, &ir.Profile{}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
