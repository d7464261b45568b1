// Package fake is a registry in memory, for tests: as much of the distribution API as pushing
// and pulling need, and none of a real registry's checks, so that it can be made to lie.
package fake

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A Registry answers on loopback for the time of a test.
type Registry struct {
	Host           string // HOST:PORT
	User, Password string // asked for where they are set

	mu        sync.Mutex
	blobs     map[string][]byte   // by digest, of all repositories
	manifests map[string]Manifest // by REPOSITORY:TAG and REPOSITORY@DIGEST
	requests  []string
}

// A Manifest is what a registry has under a tag.
type Manifest struct {
	Type string
	Text []byte
}

// Start starts a registry.
func Start(t testing.TB) *Registry {
	t.Helper()
	r := &Registry{blobs: map[string][]byte{}, manifests: map[string]Manifest{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.Host = strings.TrimPrefix(server.URL, "http://")
	return r
}

// Digest is the name of bytes in a registry.
func Digest(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

// PutBlob makes the registry hand out bytes under a digest, which need not be theirs.
func (r *Registry) PutBlob(digest string, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blobs[digest] = b
}

// PutManifest makes the registry hand out a manifest for REPOSITORY:TAG or REPOSITORY@DIGEST.
func (r *Registry) PutManifest(name string, m Manifest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.manifests[name] = m
}

// PutArtifact makes the registry hand out an archive as the layer of an artifact for Flux,
// whatever it is. The manifest can be changed before.
func (r *Registry) PutArtifact(name string, layer []byte, change func(manifest map[string]any)) {
	config := []byte("{}")
	r.PutBlob(Digest(config), config)
	r.PutBlob(Digest(layer), layer)
	manifest := map[string]any{
		"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
		"config": map[string]any{"mediaType": "application/vnd.cncf.flux.config.v1+json", "digest": Digest(config), "size": len(config)},
		"layers": []any{map[string]any{"mediaType": "application/vnd.cncf.flux.content.v1.tar+gzip", "digest": Digest(layer), "size": len(layer)}},
	}
	if change != nil {
		change(manifest)
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		panic(err) // of a test that puts a function into it
	}
	r.PutManifest(name, Manifest{Type: manifest["mediaType"].(string), Text: text})
}

// Manifest returns what was pushed as REPOSITORY:TAG.
func (r *Registry) Manifest(name string) Manifest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.manifests[name]
}

// Blobs are the digests that there are, sorted.
func (r *Registry) Blobs() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.blobs))
}

// Requests returns the requests so far, as METHOD PATH, and forgets them.
func (r *Registry) Requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.requests
	r.requests = nil
	return list
}

// ServeHTTP is the distribution API.
func (r *Registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, req.Method+" "+req.URL.Path)
	if user, password, _ := req.BasicAuth(); user != r.User || password != r.Password {
		w.Header().Set("WWW-Authenticate", `Basic realm="fake"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	path := strings.TrimPrefix(req.URL.Path, "/v2/")
	switch {
	case strings.Contains(path, "/blobs/uploads/"):
		r.upload(w, req, path)
	case strings.Contains(path, "/blobs/"):
		_, digest, _ := strings.Cut(path, "/blobs/")
		b, ok := r.blobs[digest]
		send(w, req, ok, "application/octet-stream", digest, b)
	case strings.Contains(path, "/manifests/"):
		r.manifest(w, req, path)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// upload takes a blob in one piece: POST says where to, and PUT brings it.
func (r *Registry) upload(w http.ResponseWriter, req *http.Request, path string) {
	if req.Method == http.MethodPost {
		w.Header().Set("Location", "/v2/"+path+"1")
		w.WriteHeader(http.StatusAccepted)
		return
	}
	b, err := io.ReadAll(req.Body)
	digest := req.URL.Query().Get("digest")
	if err != nil || Digest(b) != digest {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.blobs[digest] = b
	w.WriteHeader(http.StatusCreated)
}

func (r *Registry) manifest(w http.ResponseWriter, req *http.Request, path string) {
	repository, reference, _ := strings.Cut(path, "/manifests/")
	name := repository + ":" + reference
	if strings.HasPrefix(reference, "sha256:") {
		name = repository + "@" + reference
	}
	if req.Method != http.MethodPut {
		m, ok := r.manifests[name]
		send(w, req, ok, m.Type, Digest(m.Text), m.Text)
		return
	}
	text, err := io.ReadAll(req.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m := Manifest{Type: req.Header.Get("Content-Type"), Text: text}
	r.manifests[name], r.manifests[repository+"@"+Digest(text)] = m, m
	w.Header().Set("Docker-Content-Digest", Digest(text))
	w.WriteHeader(http.StatusCreated)
}

func send(w http.ResponseWriter, req *http.Request, ok bool, mediaType, digest string, b []byte) {
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Docker-Content-Digest", digest)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	if req.Method == http.MethodGet {
		w.Write(b)
	}
}
