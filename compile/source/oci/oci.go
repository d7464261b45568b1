// Package oci keeps files in a registry, as the kind of artifact that Flux's OCIRepository
// serves to a cluster: a manifest with one layer, a gzipped tar of them.
//
// Nothing is ever written to the disk: [Push] takes files in memory, and [Pull] returns such.
// What comes from a registry is checked against its digests and held to [Limits]. This is the
// one package that uses the network, and only for a reference that the user has named.
package oci

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	spec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
)

// The media types that Flux gives to its artifacts.
const (
	ConfigType = "application/vnd.cncf.flux.config.v1+json"
	LayerType  = "application/vnd.cncf.flux.content.v1.tar+gzip"
)

// The annotations that Flux reads.
const (
	SourceAnnotation   = spec.AnnotationSource   // where it was made from, a URL
	RevisionAnnotation = spec.AnnotationRevision // NAME@sha1:COMMIT
	CreatedAnnotation  = spec.AnnotationCreated  // RFC 3339
)

// An Artifact is what a registry keeps under one digest.
type Artifact struct {
	Files       *Tree
	Annotations map[string]string
}

// A blob is what a registry stores: its descriptor, and the bytes.
type blob struct {
	spec.Descriptor
	bytes []byte
}

func newBlob(mediaType string, bytes []byte) blob {
	return blob{content.NewDescriptorFromBytes(mediaType, bytes), bytes}
}

// blobs encodes an artifact: a function of its files and annotations and of nothing else.
func (a *Artifact) blobs() (layer, config, manifest blob, err error) {
	packed, inner, err := pack(a.Files)
	if err != nil {
		return layer, config, manifest, err
	}
	layer = newBlob(LayerType, packed)
	image := spec.Image{RootFS: spec.RootFS{Type: "layers", DiffIDs: []digest.Digest{inner}}}
	if text, ok := a.Annotations[CreatedAnnotation]; ok {
		created, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return layer, config, manifest, fmt.Errorf("the annotation %s: %w", CreatedAnnotation, err)
		}
		if _, err := created.MarshalJSON(); err != nil { // stricter than the parser
			return layer, config, manifest, fmt.Errorf("the annotation %s: %w", CreatedAnnotation, err)
		}
		image.Created = &created
	}
	config = newBlob(ConfigType, encode(image))
	manifest = newBlob(spec.MediaTypeImageManifest, encode(spec.Manifest{
		Versioned:   specs.Versioned{SchemaVersion: 2},
		MediaType:   spec.MediaTypeImageManifest,
		Config:      config.Descriptor,
		Layers:      []spec.Descriptor{layer.Descriptor},
		Annotations: a.Annotations,
	}))
	return layer, config, manifest, nil
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers, maps of strings and a time in range have a JSON form
	}
	return text
}
