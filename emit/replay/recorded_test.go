package replay

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// recordedFolder is where the proxy's own answers are kept; the variable
// ROUTEC_RECORDED_MATCHING names another place.
func recordedFolder() string {
	if dir := os.Getenv("ROUTEC_RECORDED_MATCHING"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "golden", "recorded", "matching")
}

func recordedFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recordedFolder(), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no recorded cases in %s", recordedFolder())
	}
	return files
}

type recordedCase struct {
	Table    json.RawMessage
	Error    *string
	Requests []recordedRequest
}

type recordedRequest struct {
	Method  string          `json:"method"`
	URI     string          `json:"uri"`
	Headers [][]string      `json:"headers"`
	Answer  json.RawMessage `json:"answer,omitempty"`
}

// Every recorded answer is ours, to the letter; every refused table is refused.
func TestRecorded(t *testing.T) {
	files := recordedFiles(t)
	asked := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c recordedCase
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatalf("read %s: %v", file, err)
		}
		asked += c.check(t, filepath.Base(file))
	}
	t.Logf("%d tables, %d requests", len(files), asked)
}

func (c *recordedCase) check(t *testing.T, name string) int {
	var in, out bytes.Buffer
	for _, r := range c.Requests {
		r.Answer = nil
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	if err := Answer(&out, c.Table, &in); err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	if c.Error != nil {
		if len(lines) != 1 || !bytes.HasPrefix(lines[0], []byte(`{"error":`)) {
			t.Errorf("%s: got %s, want the error %s", name, lines[0], *c.Error)
		}
		return 0
	}
	if len(lines) != len(c.Requests) {
		t.Errorf("%s: %d answers to %d requests: %s", name, len(lines), len(c.Requests), lines[0])
		return 0
	}
	for i, r := range c.Requests {
		if !sameJSON(t, lines[i], r.Answer) {
			t.Errorf("%s: %s %s %v:\n got  %s\n want %s", name, r.Method, r.URI, r.Headers, lines[i], r.Answer)
		}
	}
	return len(lines)
}

func sameJSON(t *testing.T, a, b []byte) bool {
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(x, y)
}
