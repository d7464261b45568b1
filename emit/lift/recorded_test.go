package lift

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	destinationpb "github.com/linkerd/linkerd2-proxy-api/go/destination"
	inboundpb "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	outboundpb "github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Every message that a real control plane was recorded to answer can be lifted, and loses
// nothing by it.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "golden", "recorded", "*", "*", "expected.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded cases (%v)", err)
	}
	lifted := map[string]int{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var recorded struct {
			Outbound, Inbound, Profile []struct{ Answer json.RawMessage }
		}
		if json.Unmarshal(text, &recorded) != nil {
			continue // an admission case
		}
		for _, g := range recorded.Outbound {
			lifted["outbound"] += liftRecorded(t, file, g.Answer, &outboundpb.OutboundPolicy{})
		}
		for _, g := range recorded.Inbound {
			lifted["inbound"] += liftRecorded(t, file, g.Answer, &inboundpb.Server{})
		}
		for _, g := range recorded.Profile {
			lifted["profile"] += liftRecorded(t, file, g.Answer, &destinationpb.DestinationProfile{})
		}
	}
	for _, kind := range []string{"outbound", "inbound", "profile"} {
		if lifted[kind] == 0 {
			t.Errorf("no %s table among the recorded cases", kind)
		}
	}
}

// liftRecorded returns how many messages there are: one, or none where an error was answered.
func liftRecorded(t *testing.T, file string, answer json.RawMessage, m proto.Message) int {
	t.Helper()
	if answer == nil {
		return 0
	}
	if err := protojson.Unmarshal(answer, m); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if _, ok := relower(m); !ok {
		t.Errorf("%s: no lift of %v", file, m)
	}
	checkFaithful(t, m)
	return 1
}
