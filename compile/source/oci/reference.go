package oci

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"oras.land/oras-go/v2/registry"
)

// Scheme begins the name of an artifact.
const Scheme = "oci://"

// Names reports whether a source names an artifact of a registry.
func Names(spec string) bool { return strings.HasPrefix(spec, Scheme) }

// A Reference says where an artifact is: oci://REGISTRY/REPOSITORY[:TAG|@DIGEST].
type Reference struct{ in registry.Reference }

// Parse reads a reference. One without a tag or digest is that of the tag latest.
func Parse(spec string) (Reference, error) {
	rest, ok := strings.CutPrefix(spec, Scheme)
	if !ok {
		return Reference{}, fmt.Errorf("%q is not of the form oci://REGISTRY/REPOSITORY[:TAG|@DIGEST]", spec)
	}
	in, err := registry.ParseReference(rest)
	if err == nil && strings.HasSuffix(rest, ":") {
		err = errors.New("the tag is empty") // of a variable that is not set, and not what is meant
	}
	if err != nil {
		return Reference{}, fmt.Errorf("%q is not of the form oci://REGISTRY/REPOSITORY[:TAG|@DIGEST]: %w", spec, err)
	}
	if in.Reference == "" {
		in.Reference = "latest"
	}
	return Reference{in}, nil
}

// Repository is the registry with the repository, without a scheme.
func (r Reference) Repository() string { return r.in.Registry + "/" + r.in.Repository }

// Tag is the tag; "" where the reference is a digest.
func (r Reference) Tag() string {
	if r.in.ValidateReferenceAsDigest() == nil {
		return ""
	}
	return r.in.Reference
}

// Digest is the digest; "" where the reference is a tag.
func (r Reference) Digest() string {
	if r.Tag() != "" {
		return ""
	}
	return r.in.Reference
}

// String is the reference as [Parse] reads it.
func (r Reference) String() string { return Scheme + r.in.String() }

// At is the reference to a digest in the same repository.
func (r Reference) At(digest string) Reference {
	r.in.Reference = digest
	return r
}

// WithTag is the reference to another tag in the same repository.
func (r Reference) WithTag(tag string) (Reference, error) {
	r.in.Reference = tag
	if err := r.in.ValidateReferenceAsTag(); err != nil {
		return Reference{}, fmt.Errorf("%q is no tag: %w", tag, err)
	}
	return r, nil
}

// onThisMachine reports whether the registry is one of the machine itself: what is said to
// it does not go over a wire.
func (r Reference) onThisMachine() bool {
	host, _, err := net.SplitHostPort(r.in.Host())
	if err != nil {
		host = r.in.Host()
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}
