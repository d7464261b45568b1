package oci

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"routec.dev/routec/compile/source/oci/fake"
)

func reference(t *testing.T, r *fake.Registry, rest string) Reference {
	t.Helper()
	ref, err := Parse(Scheme + r.Host + "/" + rest)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// noDocker keeps the user's own configuration out of a test.
func noDocker(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("DOCKER_CONFIG", dir)
	return dir
}

func sample(t *testing.T) *Artifact {
	var index strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&index, "- table: outbound/shop/web%d:80\n  digest: %x\n", i, i*i)
	}
	return &Artifact{
		Files:       tree(t, map[string]string{"bundle/bundle.pb": "pb", "bundle/index/_cluster.yaml": index.String(), "manifests/a.yaml": "a"}),
		Annotations: map[string]string{SourceAnnotation: "https://git.example.org/shop", RevisionAnnotation: "main@sha1:0123", CreatedAnnotation: "2026-01-31T12:00:00Z"},
	}
}

func TestRoundTrip(t *testing.T) {
	noDocker(t)
	r := fake.Start(t)
	a := sample(t)
	exact, err := Push(t.Context(), reference(t, r, "org/mesh:v1"), []string{"latest"}, a, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.Join(r.Requests(), "\n"), "HEAD /v2/org/mesh/manifests") {
		t.Error("asked for a manifest to push one")
	}
	for _, ref := range []Reference{reference(t, r, "org/mesh:v1"), reference(t, r, "org/mesh"), exact} {
		got, sum, err := Pull(t.Context(), ref, Options{})
		if err != nil {
			t.Fatalf("%s: %v", ref, err)
		}
		if sum != exact || !maps.Equal(got.Annotations, a.Annotations) || !slices.Equal(got.Files.Names(), a.Files.Names()) {
			t.Errorf("%s: %s %v %v", ref, sum, got.Annotations, got.Files.Names())
		}
		for _, name := range a.Files.Names() {
			want, _ := fs.ReadFile(a.Files, name)
			if text, err := fs.ReadFile(got.Files, name); err != nil || string(text) != string(want) {
				t.Errorf("%s: %q, %v", name, text, err)
			}
		}
	}
	r.Requests()
	again, err := Push(t.Context(), reference(t, r, "org/mesh:v2"), nil, sample(t), Options{})
	if err != nil || again != exact {
		t.Errorf("pushed again: %s, %v", again, err)
	}
	for _, request := range r.Requests() {
		if strings.Contains(request, "uploads") {
			t.Errorf("sent again: %s", request)
		}
	}
}

// TestDigest pins the bytes of an artifact: whatever changes them changes the digest of every
// artifact that users push again.
func TestDigest(t *testing.T) {
	layer, config, manifest, err := sample(t).blobs()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",` +
		`"config":{"mediaType":"application/vnd.cncf.flux.config.v1+json","digest":"CONFIG","size":186},` +
		`"layers":[{"mediaType":"application/vnd.cncf.flux.content.v1.tar+gzip","digest":"LAYER","size":SIZE}],` +
		`"annotations":{"org.opencontainers.image.created":"2026-01-31T12:00:00Z","org.opencontainers.image.revision":"main@sha1:0123","org.opencontainers.image.source":"https://git.example.org/shop"}}`
	expand := strings.NewReplacer("CONFIG", config.Digest.String(), "LAYER", layer.Digest.String(), "SIZE", fmt.Sprint(layer.Size))
	if got := string(manifest.bytes); got != expand.Replace(want) {
		t.Errorf("manifest %s", got)
	}
	if got := layer.Digest.Encoded(); got != "c3d465c4ecb11a45628e5e00790eef181fe5f2cb89240384b40c5cb75be5de38" {
		t.Errorf("layer %s", got)
	}
	if got := string(config.bytes); got != `{"created":"2026-01-31T12:00:00Z","architecture":"","os":"","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:d40d9d5ec3ff8cf3cf67296e8219ac2dfade2840f89ef52c5c707d78030bde6c"]}}` {
		t.Errorf("config %s", got)
	}
}

func TestPushRefuses(t *testing.T) {
	noDocker(t)
	r := fake.Start(t)
	undated, beyond := sample(t), sample(t)
	undated.Annotations[CreatedAnnotation] = "yesterday"
	beyond.Annotations[CreatedAnnotation] = "2026-01-31T12:00:00+24:00" // which the parser takes
	for want, push := range map[string]func() (Reference, error){
		"name a tag": func() (Reference, error) {
			return Push(t.Context(), reference(t, r, "m@"+fake.Digest(nil)), nil, sample(t), Options{})
		},
		`"a b" is no tag`: func() (Reference, error) {
			return Push(t.Context(), reference(t, r, "m"), []string{"a b"}, sample(t), Options{})
		},
		`parsing time "yesterday"`: func() (Reference, error) {
			return Push(t.Context(), reference(t, r, "m"), nil, undated, Options{})
		},
		"timezone hour": func() (Reference, error) {
			return Push(t.Context(), reference(t, r, "m"), nil, beyond, Options{})
		},
	} {
		if ref, err := push(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s, %v: want %q", ref, err, want)
		}
	}
	if asked := r.Requests(); asked != nil {
		t.Errorf("%q", asked)
	}
}

func TestPullHostileArchive(t *testing.T) {
	noDocker(t)
	r := fake.Start(t)
	for name, c := range hostile(t) {
		r.PutArtifact("m:t", c.archive, nil)
		a, _, err := Pull(t.Context(), reference(t, r, "m:t"), Options{Limits: Limits{Size: 1 << 20, Files: 50}})
		if err == nil || !strings.Contains(err.Error(), c.want) || a != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestPullHostileRegistry(t *testing.T) {
	noDocker(t)
	packed, _, err := pack(tree(t, map[string]string{"bundle/bundle.pb": "pb"}))
	if err != nil {
		t.Fatal(err)
	}
	firstLayer := func(m map[string]any) map[string]any { return m["layers"].([]any)[0].(map[string]any) }
	for name, c := range map[string]struct {
		set  func(r *fake.Registry)
		ref  string
		want string
	}{
		"nothing there": {func(*fake.Registry) {}, "m:t", "not found"},
		"other bytes": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, nil)
			other := slices.Clone(packed)
			other[len(other)-1] ^= 1
			r.PutBlob(fake.Digest(packed), other)
		}, "m:t", "mismatched digest"},
		"fewer bytes": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, nil)
			r.PutBlob(fake.Digest(packed), packed[:len(packed)-1])
		}, "m:t", "mismatch Content-Length"},
		"another manifest": {func(r *fake.Registry) {
			r.PutArtifact("m@"+fake.Digest([]byte("asked for")), packed, nil)
		}, "m@" + fake.Digest([]byte("asked for")), "mismatch"},
		"a large layer": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { firstLayer(m)["size"] = 1 << 40 })
		}, "m:t", "its layer is of 1099511627776 bytes, and --max-artifact-size allows 1073741824"},
		"a negative size": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { firstLayer(m)["size"] = -1 })
		}, "m:t", "its layer is of -1 bytes"},
		"no digest": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { firstLayer(m)["digest"] = "../../etc/passwd" })
		}, "m:t", `the digest "../../etc/passwd" of its layer`},
		"a large manifest": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) {
				m["annotations"] = map[string]string{"a": strings.Repeat("x", maxManifest)}
			})
		}, "m:t", "4194304 are the most"},
		"an index": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { m["mediaType"] = "application/vnd.oci.image.index.v1+json" })
		}, "m:t", "an index of several artifacts"},
		"an index in disguise": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { m["mediaType"] = "application/vnd.oci.image.index.v1+json" })
			m := r.Manifest("m:t")
			m.Type = "application/vnd.oci.image.manifest.v1+json"
			r.PutManifest("m:t", m)
		}, "m:t", "an index of several artifacts"},
		"a manifest of another type": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { m["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json" })
		}, "m:t", `its manifest is of the type "application/vnd.docker.distribution.manifest.v2+json"`},
		"an image": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) {
				firstLayer(m)["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip"
			})
		}, "m:t", "it is no artifact of routec or Flux"},
		"no layers": {func(r *fake.Registry) {
			r.PutArtifact("m:t", packed, func(m map[string]any) { m["layers"] = []any{} })
		}, "m:t", "it has no layers"},
		"no JSON": {func(r *fake.Registry) {
			r.PutManifest("m:t", fake.Manifest{Type: "application/vnd.oci.image.manifest.v1+json", Text: []byte("<html>")})
		}, "m:t", "invalid character"},
	} {
		r := fake.Start(t)
		c.set(r)
		a, ref, err := Pull(t.Context(), reference(t, r, c.ref), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || a != nil || ref != (Reference{}) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What a registry says of an error is shown as it is meant to be read, and nothing else.
func TestRegistryWords(t *testing.T) {
	noDocker(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"errors":[{"code":"DENIED","message":"no\n::error::forged\u001b[2J\u202e"}]}`)
	}))
	defer server.Close()
	ref, err := Parse(Scheme + strings.TrimPrefix(server.URL, "http://") + "/m:t")
	if err != nil {
		t.Fatal(err)
	}
	_, _, pulled := Pull(t.Context(), ref, Options{})
	_, pushed := Push(t.Context(), ref, nil, sample(t), Options{})
	for _, err := range []error{pulled, pushed} {
		if err == nil || !strings.Contains(err.Error(), "403") || strings.ContainsFunc(err.Error(), isHidden) {
			t.Errorf("%q", err)
		}
	}
	if !strings.Contains(pulled.Error(), "no ::error::forged") || !strings.Contains(pulled.Error(), "docker login") {
		t.Errorf("%q", pulled)
	}
}

func TestCredentials(t *testing.T) {
	dir := noDocker(t)
	r := fake.Start(t)
	r.User, r.Password = "robot", "secret"
	ref := reference(t, r, "mesh")
	_, err := Push(t.Context(), ref, nil, sample(t), Options{})
	if err == nil || !strings.Contains(err.Error(), "docker login "+r.Host) {
		t.Errorf("without credentials: %v", err)
	}
	config, err := json.Marshal(map[string]any{"auths": map[string]any{r.Host: map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte("robot:secret"))}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), config, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Push(t.Context(), ref, nil, sample(t), Options{}); err != nil {
		t.Errorf("push: %v", err)
	}
	if _, _, err := Pull(t.Context(), ref, Options{}); err != nil {
		t.Errorf("pull: %v", err)
	}
	helper := "#!/bin/sh\nhost=$(cat); echo '{\"ServerURL\":\"'$host'\",\"Username\":\"robot\",\"Secret\":\"secret\"}'\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-vault"), []byte(helper), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"credHelpers":{"`+r.Host+`":"vault"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Pull(t.Context(), ref, Options{}); err != nil {
		t.Errorf("with a credential helper: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Pull(t.Context(), ref, Options{}); err == nil || !strings.Contains(err.Error(), "read the Docker configuration") {
		t.Errorf("a broken configuration: %v", err)
	}
}

func TestTransport(t *testing.T) {
	noDocker(t)
	r := fake.Start(t)
	for transport, want := range map[Transport]string{Automatic: "not found", PlainHTTP: "not found", TLS: "--plain-http"} {
		if _, _, err := Pull(t.Context(), reference(t, r, "mesh"), Options{Transport: transport}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("transport %d: %v, want %q", transport, err, want)
		}
	}
	elsewhere, err := Parse("oci://registry.example.org/mesh")
	if err != nil {
		t.Fatal(err)
	}
	for transport, plain := range map[Transport]bool{Automatic: false, PlainHTTP: true, TLS: false} {
		repo, err := repository(elsewhere, Options{Transport: transport})
		if err != nil || repo.PlainHTTP != plain {
			t.Errorf("transport %d: plain %t, %v", transport, repo.PlainHTTP, err)
		}
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, _, err := Pull(ended, reference(t, r, "mesh"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
