package oci

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	spec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry/remote"
)

// maxManifest bounds a manifest; registries themselves take no larger one.
const maxManifest = 4 << 20

// Pull takes an artifact from a registry into memory, and returns the reference to its
// digest. The error says what is wrong with what the registry has: it is no artifact of this
// kind, does not have the digest that names it, is larger than the limits, or its archive is
// not one (see [Unpack]).
func Pull(ctx context.Context, ref Reference, opts Options) (*Artifact, Reference, error) {
	a, exact, err := pull(ctx, ref, opts)
	if err != nil {
		return nil, Reference{}, fmt.Errorf("pull %s: %w", ref, explain(ref, err))
	}
	return a, exact, nil
}

func pull(ctx context.Context, ref Reference, opts Options) (*Artifact, Reference, error) {
	repo, err := repository(ref, opts)
	if err != nil {
		return nil, Reference{}, err
	}
	repo.ManifestMediaTypes = []string{spec.MediaTypeImageManifest, spec.MediaTypeImageIndex}
	manifest, sum, err := fetchManifest(ctx, repo, ref)
	if err != nil {
		return nil, Reference{}, err
	}
	layer, err := chooseLayer(manifest)
	if err != nil {
		return nil, Reference{}, err
	}
	limits := opts.Limits.orDefaults()
	if layer.Size < 0 || layer.Size > limits.Size {
		return nil, Reference{}, fmt.Errorf("its layer is of %d bytes, and --max-artifact-size allows %d", layer.Size, limits.Size)
	}
	files, err := fetchLayer(ctx, repo, layer, limits)
	if err != nil {
		return nil, Reference{}, fmt.Errorf("layer %s: %w", layer.Digest, err)
	}
	return &Artifact{Files: files, Annotations: manifest.Annotations}, ref.At(sum.String()), nil
}

// fetchManifest reads the manifest that a reference names, and holds it against its digest.
func fetchManifest(ctx context.Context, repo *remote.Repository, ref Reference) (*spec.Manifest, digest.Digest, error) {
	described, body, err := repo.Manifests().FetchReference(ctx, ref.in.Reference)
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	if described.Size > maxManifest {
		return nil, "", fmt.Errorf("its manifest is of %d bytes; %d are the most", described.Size, maxManifest)
	}
	if ref.Tag() == "" {
		described.Digest = digest.Digest(ref.in.Reference) // whatever the registry says it is
	}
	text, err := content.ReadAll(body, described)
	if err != nil {
		return nil, "", fmt.Errorf("manifest %s: %w", described.Digest, err)
	}
	m := &spec.Manifest{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, "", fmt.Errorf("manifest %s: %w", described.Digest, err)
	}
	if kinds := []string{described.MediaType, m.MediaType}; slices.Contains(kinds, spec.MediaTypeImageIndex) {
		return nil, "", fmt.Errorf("it is an index of several artifacts, and not one that Flux can serve")
	} else if kinds[0] != spec.MediaTypeImageManifest || kinds[1] != "" && kinds[1] != kinds[0] {
		return nil, "", fmt.Errorf("its manifest is of the type %q, and not %q", strings.Join(slices.Compact(kinds), ", "), spec.MediaTypeImageManifest)
	}
	return m, described.Digest, nil
}

// chooseLayer returns the first layer, as Flux does.
func chooseLayer(m *spec.Manifest) (spec.Descriptor, error) {
	if len(m.Layers) == 0 {
		return spec.Descriptor{}, fmt.Errorf("it has no layers")
	}
	layer := m.Layers[0]
	if layer.MediaType != LayerType {
		return layer, fmt.Errorf("it is no artifact of routec or Flux: its layer is of the type %q, and not %q", layer.MediaType, LayerType)
	}
	if err := layer.Digest.Validate(); err != nil {
		return layer, fmt.Errorf("the digest %q of its layer: %w", layer.Digest, err)
	}
	return layer, nil
}

// fetchLayer unpacks a layer while it arrives. What was unpacked is returned only if all of
// the layer has the digest that the manifest says.
func fetchLayer(ctx context.Context, repo *remote.Repository, layer spec.Descriptor, limits Limits) (*Tree, error) {
	body, err := repo.Blobs().Fetch(ctx, layer)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	checked := content.NewVerifyReader(body, layer)
	files, failed := Unpack(checked, limits)
	if _, err := io.Copy(io.Discard, checked); err != nil {
		return nil, err
	}
	if err := checked.Verify(); err != nil {
		return nil, err // the archive is not what was asked for, so it does not matter what is wrong with it
	}
	return files, failed
}
