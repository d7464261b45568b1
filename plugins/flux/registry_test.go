package flux_test

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The real programs at the other end: the registry of the distribution project, and Flux's own
// library, by which its controllers and its command line read and write artifacts.
const (
	registryProgram = "github.com/distribution/distribution/v3/cmd/registry@v3.1.2"
	fluxLibrary     = "github.com/fluxcd/pkg/oci@v0.70.0"
)

const fluxClient = `package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/oci"
)

func main() {
	client := oci.NewClient(oci.DefaultOptions())
	var out any
	var err error
	switch os.Args[1] {
	case "pull":
		out, err = client.Pull(context.Background(), os.Args[2], os.Args[3])
	case "push":
		meta := oci.Metadata{Source: "https://git.example.org/shop.git", Revision: "main@sha1:0123", Created: "2026-01-31T12:00:00Z"}
		out, err = client.Push(context.Background(), os.Args[2], os.Args[3], oci.WithPushMetadata(meta))
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`

// passwords is user robot with password secret.
const passwords = "robot:$2a$04$C25w.JIR5jfrRcQZ.qURPuiFrfdfhVP5q0KxnymeP0skM0H9ca2Ci\n"

// programs builds the registry, the client of Flux, and routec; that takes a while and the
// network, so it happens only where ROUTEC_INTEGRATION is set.
func programs(t *testing.T) (registry, client, routec string) {
	t.Helper()
	if os.Getenv("ROUTEC_INTEGRATION") == "" {
		t.Skip("builds and runs a registry only with ROUTEC_INTEGRATION=1")
	}
	dir := t.TempDir()
	routec = filepath.Join(dir, "routec")
	build(t, "", "build", "-o", routec, "routec.dev/routec/cmd/routec")
	module := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module client\n\ngo 1.26.0\n", "main.go": fluxClient} {
		if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build(t, dir, "install", registryProgram)
	t.Chdir(module)
	client = filepath.Join(dir, "client")
	build(t, "", "get", fluxLibrary)
	build(t, "", "mod", "tidy")
	build(t, "", "build", "-o", client, ".")
	return filepath.Join(dir, "registry"), client, routec
}

// build runs the go command, and installs into a folder.
func build(t *testing.T, into string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOBIN="+into, "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

// serve starts a registry on loopback that asks for a password, and returns its address.
func serve(t *testing.T, program string) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := free.Addr().String()
	free.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: %q}\nauth: {htpasswd: {realm: test, path: %s}}\n",
		filepath.Join(dir, "data"), host, filepath.Join(dir, "passwords"))
	for name, text := range map[string]string{"config.yaml": config, "passwords": passwords} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "serve", filepath.Join(dir, "config.yaml"))
	cmd.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	for range 100 {
		if answer, err := http.Get("http://" + host + "/v2/"); err == nil {
			answer.Body.Close()
			return host
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not answer", cmd)
	return ""
}

func runs(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, out, errs.String())
	}
	return strings.TrimSpace(string(out))
}

// TestRegistry pushes to a real registry what Flux pulls, and pulls what Flux has pushed.
func TestRegistry(t *testing.T) {
	registry, client, routec := programs(t)
	host := serve(t, registry)
	folder(t, map[string]string{"shop/shop.yaml": shop})
	git(t, "init", "-q")
	git(t, "remote", "add", "origin", "https://git.example.org/shop.git")
	git(t, "add", ".")
	git(t, "commit", "-q", "-m", "one")
	runs(t, routec, "compile", "shop", "-o", "frozen")

	docker := t.TempDir()
	t.Setenv("DOCKER_CONFIG", docker)
	mesh := "oci://" + host + "/org/mesh:prod"
	if out, err := exec.Command(routec, "push", mesh, "shop").CombinedOutput(); err == nil || !strings.Contains(string(out), "docker login "+host) {
		t.Errorf("without a password: %v\n%s", err, out)
	}
	config := fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, base64.StdEncoding.EncodeToString([]byte("robot:secret")))
	if err := os.WriteFile(filepath.Join(docker, "config.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}

	pushed := runs(t, routec, "push", mesh, "shop", "--manifests", "--tag", "again")
	if again := runs(t, routec, "push", "oci://"+host+"/other/mesh", "git:HEAD:shop", "--manifests"); after(again) != after(pushed) {
		t.Errorf("%s and %s", pushed, again)
	}
	meta := runs(t, client, "pull", strings.TrimPrefix(mesh, "oci://"), mkdir(t, "flux"))
	for _, want := range []string{after(pushed), `"source_url":"https://git.example.org/shop.git"`, `"source_revision":"main@sha1:` + git(t, "rev-parse", "HEAD"), `"created":"2026-01-31T12:00:00Z"`} {
		if !strings.Contains(meta, want) {
			t.Errorf("no %s in %s", want, meta)
		}
	}
	same(t, os.DirFS("flux/bundle"), os.DirFS("frozen"))
	if got := walk(t, os.DirFS("flux/manifests")); len(got) != 1 || got[0] != "shop.yaml" {
		t.Errorf("manifests: %q", got)
	}
	if exact := runs(t, routec, "pull", "oci://"+host+"/org/mesh:again", "-o", "pulled"); exact != pushed {
		t.Errorf("pulled %s, pushed %s", exact, pushed)
	}
	same(t, os.DirFS("pulled"), os.DirFS("frozen"))
	runs(t, routec, "diff", pushed, "shop")

	runs(t, client, "push", host+"/org/by-flux:v1", "frozen")
	runs(t, routec, "diff", "--base", "oci://"+host+"/org/by-flux:v1", "shop")
	runs(t, routec, "pull", "oci://"+host+"/org/by-flux:v1", "-o", "by-flux")
	same(t, os.DirFS("by-flux"), os.DirFS("frozen"))
}

// after is the digest of a reference.
func after(ref string) string {
	_, digest, _ := strings.Cut(ref, "@")
	return digest
}

func mkdir(t *testing.T, name string) string {
	t.Helper()
	if err := os.Mkdir(name, 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}
