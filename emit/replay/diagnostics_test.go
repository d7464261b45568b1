package replay

import (
	"encoding/json"
	"os"
	"testing"

	"google.golang.org/protobuf/proto"
)

// What `linkerd diagnostics policy -o json` prints is the message that it got,
// through the standard library's JSON.
func TestReadsWhatDiagnosticsPrints(t *testing.T) {
	messages := []proto.Message{
		policy(route("*.example.com a", rule(P("/a", header("x=é")), X("/b", query("c~d"), method("GET"))), redirecting(replacePrefix("/x")))),
		server(nil, anyoneFrom(from("fd00::/8", "fd01::/16")), identities("a"), suffix("b", "c")),
		grpcPolicy(grpcRuleOf(R("s/m", "x=1"))),
	}
	for _, m := range messages {
		checkPrinted(t, m)
	}
}

func TestReadsWhatDiagnosticsPrintsOfRecordedTables(t *testing.T) {
	for _, m := range recordedTables(t, recordedFiles(t)) {
		checkPrinted(t, m)
	}
}

func checkPrinted(t *testing.T, m proto.Message) {
	t.Helper()
	printed, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadTable(printed)
	if err != nil {
		t.Errorf("%v in %.300s", err, printed)
	} else if !proto.Equal(read, m) {
		t.Errorf("%.300s is read as %.300v", printed, read)
	}
}

func recordedTables(t *testing.T, files []string) []proto.Message {
	var messages []proto.Message
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c recordedCase
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		m, err := ReadTable(c.Table)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		messages = append(messages, m)
	}
	return messages
}

func TestUnknownFieldsAreErrors(t *testing.T) {
	for _, text := range []string{
		`[]`, `{`, `{"protocol":{"Kind":{"Http9":{}}}}`, `{"protocol":{"Kind":{"Http1":{"routez":[]}}}}`, `{"protocol":{"http9":{}}}`,
		`{"protocol":{"Kind":{"Detect":{"timeout":{"seconds":"x"}}}}}`,
	} {
		if m, err := ReadTable([]byte(text)); err == nil {
			t.Errorf("%s is read as %v", text, m)
		}
	}
}
