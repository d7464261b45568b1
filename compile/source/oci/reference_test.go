package oci

import "testing"

func TestParse(t *testing.T) {
	const sum = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for spec, want := range map[string]struct {
		repository, tag, digest string
		here                    bool
	}{
		"oci://ghcr.io/org/mesh":                   {"ghcr.io/org/mesh", "latest", "", false},
		"oci://ghcr.io/org/mesh:prod":              {"ghcr.io/org/mesh", "prod", "", false},
		"oci://ghcr.io/org/mesh@" + sum:            {"ghcr.io/org/mesh", "", sum, false},
		"oci://ghcr.io/org/mesh:prod@" + sum:       {"ghcr.io/org/mesh", "", sum, false},
		"oci://localhost:5000/mesh":                {"localhost:5000/mesh", "latest", "", true},
		"oci://localhost/mesh":                     {"localhost/mesh", "latest", "", true},
		"oci://127.8.9.1:5000/mesh":                {"127.8.9.1:5000/mesh", "latest", "", true},
		"oci://[::1]:5000/mesh":                    {"[::1]:5000/mesh", "latest", "", true},
		"oci://localhost.example.org:5000/mesh":    {"localhost.example.org:5000/mesh", "latest", "", false},
		"oci://127.0.0.1.example.org:5000/mesh":    {"127.0.0.1.example.org:5000/mesh", "latest", "", false},
		"oci://10.0.0.1:5000/mesh":                 {"10.0.0.1:5000/mesh", "latest", "", false},
		"oci://registry.example.org:443/a/b/c:1.2": {"registry.example.org:443/a/b/c", "1.2", "", false},
	} {
		ref, err := Parse(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
			continue
		}
		if ref.Repository() != want.repository || ref.Tag() != want.tag || ref.Digest() != want.digest || ref.onThisMachine() != want.here {
			t.Errorf("%s: %s, tag %q, digest %q, on this machine %t", spec, ref.Repository(), ref.Tag(), ref.Digest(), ref.onThisMachine())
		}
		if again, err := Parse(ref.String()); err != nil || again != ref {
			t.Errorf("%s: written as %s: %v", spec, ref, err)
		}
	}
	for _, spec := range []string{"", "ghcr.io/a", "oci://", "oci://ghcr.io", "oci://ghcr.io/", "oci://ghcr.io/Mesh", "oci://ghcr.io/mesh:", "oci://ghcr.io/mesh:a b", "oci://ghcr.io/mesh@sha256:1", "oci://user@ghcr.io/mesh", "oci://ghcr.io/../mesh", "oci:///mesh"} {
		if ref, err := Parse(spec); err == nil {
			t.Errorf("%q is %s", spec, ref)
		}
	}
}
