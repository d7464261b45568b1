//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestContainers runs what the examples' Dockerfiles build as the container would: with the
// same build flags, as the same user, in a root that holds nothing else and is not his. An
// engine is not needed; what it adds (names of users, limits) is not tested.
func TestContainers(t *testing.T) {
	if os.Getenv("ROUTEC_INTEGRATION") == "" || os.Getuid() != 0 {
		t.Skip("changes user and root: only with ROUTEC_INTEGRATION=1, as root")
	}
	shop, err := os.ReadFile("../../examples/argocd/app/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: web}\n  spec: {ports: [{port: 80}]}\n"
	for _, c := range []struct {
		example string
		user    uint32
		args    []string
		stdin   string
	}{
		{"kustomize", 65534, []string{"krm"}, list},
		{"argocd", 999, []string{"argocd", "init"}, ""},
		{"argocd", 999, []string{"argocd", "parameters"}, ""},
		{"argocd", 999, []string{"argocd", "generate"}, ""},
	} {
		root := t.TempDir()
		buildAsDockerfile(t, filepath.Join("../../examples", c.example, "Dockerfile"), filepath.Join(root, "routec"))
		if err := os.Mkdir(filepath.Join(root, "app"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "app", "shop.yaml"), shop, 0o644); err != nil {
			t.Fatal(err)
		}
		var out, log bytes.Buffer
		cmd := exec.Command("/routec", c.args...)
		cmd.Dir, cmd.Env = "/app", []string{"ARGOCD_APP_NAMESPACE=shop"}
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.stdin), &out, &log
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: c.user, Gid: c.user}}
		err := cmd.Run()
		if err != nil || log.Len() > 0 || c.args[len(c.args)-1] != "init" && out.Len() == 0 {
			t.Errorf("%s %v: %v\n%s\n%s", c.example, c.args, err, log.String(), out.String())
		}
		if strings.HasSuffix(strings.Join(c.args, " "), "generate") || c.example == "kustomize" {
			if !strings.Contains(out.String(), "sha256:") {
				t.Errorf("%s %v: no evidence in\n%s", c.example, c.args, out.String())
			}
		}
	}
}

// buildAsDockerfile runs the one "go build" of a Dockerfile, and checks that what it copies
// from here exists.
func buildAsDockerfile(t *testing.T, dockerfile, to string) {
	t.Helper()
	text, err := os.ReadFile(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	built := false
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 3 && words[0] == "COPY":
			if _, err := os.Stat(filepath.Join("../..", words[1])); err != nil {
				t.Errorf("%s: %v", dockerfile, err)
			}
		case strings.HasPrefix(line, "RUN CGO_ENABLED=0 go build "):
			built = true
			line = strings.Replace(strings.TrimPrefix(line, "RUN "), "-o /routec ", "-o "+to+" ", 1)
			cmd := exec.Command("sh", "-c", line)
			cmd.Dir = "../.."
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
	}
	if !built {
		t.Fatalf("%s builds nothing", dockerfile)
	}
}
