package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lintRun runs 'routec lint' over manifests.
func lintRun(t *testing.T, manifests string, args ...string) (code int, out, errs string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "m.yaml")
	if err := os.WriteFile(file, []byte(manifests), 0o644); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"lint", file}, args...), streams{in: strings.NewReader(""), out: &stdout, err: &stderr})
	return code, strings.ReplaceAll(stdout.String(), file, "m.yaml"), stderr.String()
}

const (
	fineService = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
	warned      = fineService + "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: shop}\nspec: {parentRefs: [{group: core, kind: Service, name: web}], rules: [{backendRefs: [{name: gone, port: 80}]}]}\n"
)

// The exit code says whether anything is as severe as --fail-on.
func TestLintExitCodes(t *testing.T) {
	hazard := "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, annotations: {config.linkerd.io/proxy-log-http-headers: all}}\n"
	for _, c := range []struct {
		manifests, failOn string
		want              int
	}{
		{fineService, "info", exitFine},
		{warned, "info", exitFindings},
		{warned, "warning", exitFindings},
		{warned, "error", exitFine},
		{warned, "hazard", exitFine},
		{warned, "never", exitFine},
		{hazard, "hazard", exitFindings},
		{hazard, "error", exitFindings},
		{hazard, "never", exitFine},
		{fineService, "fatal", exitUsage},
	} {
		if code, out, errs := lintRun(t, c.manifests, "--fail-on", c.failOn); code != c.want {
			t.Errorf("--fail-on %s: exit %d, want %d\n%s%s", c.failOn, code, c.want, out, errs)
		}
	}
	if code, _, _ := lintRun(t, hazard); code != exitFindings {
		t.Errorf("without --fail-on: exit %d", code)
	}
	if code, _, errs := lintRun(t, fineService, "-o", "html"); code != exitUsage || !strings.Contains(errs, "sarif") {
		t.Errorf("-o html: exit %d, %s", code, errs)
	}
}

func TestLintText(t *testing.T) {
	_, out, errs := lintRun(t, warned)
	if !strings.HasPrefix(out, "m.yaml:9:87: warning[RC5020]: HTTPRoute.gateway.networking.k8s.io/shop/web: there is no Service shop/gone") || !strings.HasSuffix(out, "\n1 warning\n") || errs != "" {
		t.Errorf("%s%s", out, errs)
	}
	if strings.Contains(out, "^") {
		t.Errorf("an excerpt, and no terminal: %s", out)
	}
	if _, out, _ := lintRun(t, warned, "--quiet"); out != "" {
		t.Errorf("--quiet: %s", out)
	}
	if _, out, _ := lintRun(t, fineService); out != "no findings\n" {
		t.Errorf("nothing found: %s", out)
	}
}

// Every format goes to standard output, alone.
func TestLintFormats(t *testing.T) {
	for format, want := range map[string]string{
		"json": `"schema": "routec.dev/findings/v1"`, "sarif": `"version": "2.1.0"`, "github": "::warning file=",
		"junit": "<testsuites", "markdown": "## routec: 1 warning",
	} {
		_, out, errs := lintRun(t, warned, "-o", format)
		if !strings.Contains(out, want) || errs != "" {
			t.Errorf("%s: %s%s", format, out, errs)
		}
		if strings.Contains("json sarif", format) && !json.Valid([]byte(out)) {
			t.Errorf("%s is not JSON: %s", format, out)
		}
	}
}
