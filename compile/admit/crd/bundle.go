package crd

import (
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/compile/manifest"
)

// A Bundle is a release of the Gateway API's CRDs: what a cluster serves and its
// limits follow from it (spec/admission.md §2.1, §2.2).
type Bundle struct {
	Minor        int // 1 for 1.1.x to 7 for 1.7.x; patch releases are alike
	Experimental bool
}

const oldestMinor, newestMinor = 1, 7

// ParseBundle reads the mesh's setting. Bundles newer than the newest known one are
// taken for that one; older ones, other majors and other channels are an error.
func ParseBundle(g manifest.GatewayAPI) (Bundle, error) {
	b := Bundle{Experimental: g.Channel == "experimental"}
	if g.Channel != "standard" && g.Channel != "experimental" {
		return b, fmt.Errorf("gateway API channel %q: want standard or experimental", g.Channel)
	}
	major, rest, _ := strings.Cut(strings.TrimPrefix(g.Bundle, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)
	if major != "1" || err != nil || n < oldestMinor {
		return b, fmt.Errorf("gateway API bundle %q: want a version from 1.%d.0 on", g.Bundle, oldestMinor)
	}
	b.Minor = min(n, newestMinor)
	return b, nil
}

// String names the bundle as in "Gateway API 1.2, standard channel".
func (b Bundle) String() string {
	channel := "standard"
	if b.Experimental {
		channel = "experimental"
	}
	return fmt.Sprintf("Gateway API 1.%d, %s channel", b.Minor, channel)
}

// from reports whether something that came with a minor release is there: standard is
// the first release of the standard channel that has it, experimental the first of the
// experimental channel; 0 is never.
func (b Bundle) from(standard, experimental int) bool {
	since := standard
	if b.Experimental {
		since = experimental
	}
	return since != 0 && b.Minor >= since
}
