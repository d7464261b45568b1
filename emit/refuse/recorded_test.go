package refuse

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/ir/automata"
)

// recordedFolder is where the proxy's own answers are kept; the variable
// ROUTEC_RECORDED_MATCHING names another place.
func recordedFolder(t testing.TB) string {
	dir := os.Getenv("ROUTEC_RECORDED_MATCHING")
	if dir == "" {
		dir = filepath.Join("..", "..", "golden", "recorded", "matching")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no recorded cases: %v", err)
	}
	return dir
}

type recordedCase struct {
	Kind  string
	Table json.RawMessage
	Error *string
}

func readRecorded(t testing.TB, file string) recordedCase {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var c recordedCase
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatalf("read %s: %v", file, err)
	}
	return c
}

func (c recordedCase) reasons(t testing.TB, checker *Checker) []Reason {
	t.Helper()
	server, policy := &inbound.Server{}, &outbound.OutboundPolicy{}
	if c.Kind == "inbound" {
		if err := protojson.Unmarshal(c.Table, server); err != nil {
			t.Fatal(err)
		}
		return checkPaths(t, server, checker.Inbound(server))
	}
	if err := protojson.Unmarshal(c.Table, policy); err != nil {
		t.Fatal(err)
	}
	return checkPaths(t, policy, checker.Outbound(policy))
}

// checkPaths wants every path to name fields of the message, or those that are
// missing, by their proto JSON names.
func checkPaths(t testing.TB, message proto.Message, reasons []Reason) []Reason {
	t.Helper()
	for _, r := range reasons {
		at := message.ProtoReflect().Descriptor()
		for _, segment := range strings.Split(r.Path, ".") {
			name, _, indexed := strings.Cut(segment, "[")
			if at == nil || at.Fields().ByJSONName(name) == nil {
				t.Errorf("%s: no field %s", r.Path, name)
				break
			}
			field := at.Fields().ByJSONName(name)
			if indexed && !field.IsList() {
				t.Errorf("%s: %s is not repeated", r.Path, name)
			}
			at = field.Message()
		}
	}
	return reasons
}

// The recorded refusals, and no others, are ours; and the first reason is what
// the proxy said, up to the text that its regular expression parser adds.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(recordedFolder(t), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	checker := NewChecker(automata.Check)
	for _, file := range files {
		c := readRecorded(t, file)
		reasons := c.reasons(t, checker)
		switch {
		case c.Error == nil && len(reasons) > 0:
			t.Errorf("%s: accepted by the proxy, refused here: %s: %s", filepath.Base(file), reasons[0].Path, reasons[0].Message)
		case c.Error != nil && len(reasons) == 0:
			t.Errorf("%s: refused by the proxy, accepted here: %s", filepath.Base(file), *c.Error)
		case c.Error != nil && upToParser(reasons[0].Message) != upToParser(*c.Error):
			t.Errorf("%s:\n got  %s\n want %s", filepath.Base(file), reasons[0].Message, *c.Error)
		}
	}
}

func upToParser(message string) string {
	before, _, _ := strings.Cut(message, "invalid regular expression: ")
	return before
}
