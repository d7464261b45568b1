package route

import (
	"cmp"

	"routec.dev/routec/compile/manifest"
)

// CompareAge is the order of routes in a table and of rate limits at a Server: older first,
// one without a creation time last, then by name. Upstream leaves equal names in hash order;
// ours are settled by namespace, group and kind (spec/outbound.md §4, spec/inbound.md §5).
func CompareAge(a, b *manifest.Meta) int {
	if a.Created.IsZero() != b.Created.IsZero() {
		if a.Created.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(
		a.Created.Compare(b.Created),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Group, b.Group),
		cmp.Compare(a.Kind, b.Kind),
	)
}
