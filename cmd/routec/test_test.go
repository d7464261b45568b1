package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update-golden", false, "write the golden files of this package anew")

// typed runs a command line in testdata, and returns all that it says, with its exit code.
func typed(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &errs})
	text := "$ routec " + strings.Join(args, " ") + "\n" + out.String()
	if errs.Len() > 0 {
		text += "--- standard error\n" + errs.String()
	}
	return text + "--- exit " + string(rune('0'+code)) + "\n"
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	goldenDir := "golden"
	if _, err := os.Stat("testdata"); err == nil {
		goldenDir = "testdata/golden"
	}
	compareGoldenIn(t, goldenDir, name, got)
}

func compareGoldenIn(t *testing.T, goldenDir, name, got string) {
	t.Helper()
	file := filepath.Join(goldenDir, name+".txt")
	if *update {
		if err := os.MkdirAll(goldenDir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update-golden writes it anew):\n%s", file, got)
	}
}

func TestRequestsAndTests(t *testing.T) {
	t.Chdir("testdata")
	for name, args := range map[string][]string{
		"explain-weights":     {"explain", "http://web/b", "-H", "x-user: aab", "--from", "shop", "shop"},
		"explain-json":        {"explain", "http://web.shop/", "shop", "-o", "json"},
		"explain-mermaid":     {"explain", "http://web.shop/b", "shop", "-o", "mermaid"},
		"explain-filters":     {"explain", "http://web.shop/?q=1", "-H", "host: a.example.com", "-H", "x-y: 1", "filters"},
		"explain-redirect":    {"explain", "http://web.shop/old/a", "-H", "host: web.example.com", "filters"},
		"explain-no-route":    {"explain", "http://web.shop/", "filters"},
		"test-generate-hosts": {"test", "filters", "--generate"},
		"explain-profile":     {"explain", "GET", "http://old.shop/items/1", "shop"},
		"explain-grpc":        {"explain", "POST", "http://smiley.faces:50051/faces.Smiley/Center", "-H", "x-user: a", "--from", "books", "../../../examples/faces"},
		"explain-grpc-method": {"explain", "smiley.faces:50051", "--grpc", "faces.Smiley/Center", "../../../examples/faces"},
		"explain-http1":       {"explain", "--http1", "http://smiley.faces:50051/", "../../../examples/faces"},
		"explain-denied":      {"explain", "http://api/public", "--to", "shop/api", "--port", "8080", "--client-ip", "10.9.9.9", "shop"},
		"explain-allowed":     {"explain", "--to", "shop/api", "--port", "8080", "--client-id", "web.shop.serviceaccount.identity.linkerd.cluster.local", "http://api/public", "shop"},
		"explain-no-service":  {"explain", "http://wep.shop/", "shop"},
		"explain-connect":     {"explain", "https://api.github.com/", "--connect", "203.0.113.1:443", "shop"},
		"explain-no-workload": {"explain", "http://api/", "--to", "shop/apx", "--port", "8080", "shop"},
		"explain-no-scheme":   {"explain", "web.shop/", "shop"},
		"explain-bad-header":  {"explain", "http://web.shop/", "-H", "x user: a", "shop"},
		"explain-bad-port":    {"explain", "http://web.shop:99999/", "shop"},
		"explain-stray-flag":  {"explain", "http://web.shop/", "--client-ip", "10.0.0.1", "shop"},
		"test":                {"test", "shop", "--cover"},
		"test-source":         {"test", "shop", "--run", "nine", "--cover-source", "--exclude", "api.yaml"},
		"test-under":          {"test", "shop", "--fail-under", "99.5", "--failing"},
		"test-none":           {"test", "shop", "--run", "nothing of that name"},
		"test-broken":         {"test", "broken"},
		"test-json":           {"test", "broken", "-o", "json"},
		"test-junit":          {"test", "broken", "-o", "junit"},
		"test-generate":       {"test", "shop", "--generate"},
		"test-generate-all":   {"test", "shop", "--generate", "--run", "nothing of that name"},
		"test-faces":          {"test", "../../../examples/faces", "--cover", "--fail-under", "100"},
	} {
		t.Run(name, func(t *testing.T) { compareGolden(t, name, typed(t, args...)) })
	}
}

// TestGeneratedTestsPass writes the tests that are missing beside the manifests: they hold,
// and reach all that a request was found for.
func TestGeneratedTestsPass(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/shop")); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	std := streams{out: &out, err: &out}
	if code := run(t.Context(), []string{"test", "--generate", dir}, std); code != exitFine {
		t.Fatalf("exit %d\n%s", code, out.String())
	}
	missing := strings.Count(out.String(), "no request reaches")
	if err := os.WriteFile(filepath.Join(dir, "generated.yaml"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if code := run(t.Context(), []string{"test", dir, "--cover"}, std); code != exitFine {
		t.Fatalf("exit %d\n%s", code, out.String())
	}
	if got := strings.Count(out.String(), "not reached:"); got != missing {
		t.Errorf("%d parts are not reached, and no request was found for %d\n%s", got, missing, out.String())
	}
}

func TestCoverProfile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lcov.info")
	var out bytes.Buffer
	if code := run(t.Context(), []string{"test", "testdata/shop", "--cover-profile", file}, streams{out: &out, err: &out}); code != exitFine {
		t.Fatalf("exit %d\n%s", code, out.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compareGolden(t, "lcov", string(text))
}
