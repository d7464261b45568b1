package oci

import (
	"bytes"
	"context"
	"fmt"
)

// Push puts an artifact into a registry under a tag, and under more tags of the same
// repository, and returns the reference to its digest. Artifacts of the same files and
// annotations have the same digest. What the registry has already is not sent again.
func Push(ctx context.Context, ref Reference, tags []string, a *Artifact, opts Options) (Reference, error) {
	if ref.Tag() == "" {
		return Reference{}, fmt.Errorf("push %s: a digest follows from the content; name a tag", ref)
	}
	for _, tag := range tags {
		if _, err := ref.WithTag(tag); err != nil {
			return Reference{}, fmt.Errorf("push %s: %w", ref, err)
		}
	}
	layer, config, manifest, err := a.blobs()
	if err != nil {
		return Reference{}, fmt.Errorf("push %s: %w", ref, err)
	}
	repo, err := repository(ref, opts)
	if err != nil {
		return Reference{}, fmt.Errorf("push %s: %w", ref, err)
	}
	for _, b := range []blob{layer, config} {
		there, err := repo.Blobs().Exists(ctx, b.Descriptor)
		if err == nil && !there {
			err = repo.Blobs().Push(ctx, b.Descriptor, bytes.NewReader(b.bytes))
		}
		if err != nil {
			return Reference{}, fmt.Errorf("push %s: %w", ref, explain(ref, err))
		}
	}
	for _, tag := range append([]string{ref.Tag()}, tags...) {
		if err := repo.Manifests().PushReference(ctx, manifest.Descriptor, bytes.NewReader(manifest.bytes), tag); err != nil {
			return Reference{}, fmt.Errorf("push %s: tag %s: %w", ref, tag, explain(ref, err))
		}
	}
	return ref.At(manifest.Digest.String()), nil
}
