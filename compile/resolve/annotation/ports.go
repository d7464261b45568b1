package annotation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/ir"
)

// OpaquePorts is the annotation that marks ports as opaque.
const OpaquePorts = "config.linkerd.io/opaque-ports"

// Ports reads a comma-separated list of ports and inclusive ranges "A-B", with white
// space around items and empty items allowed (spec/outbound.md §5.2). Names are refused.
// On an error the controller takes the whole list as empty.
func Ports(list string) (ir.PortSet, error) {
	var set ir.PortSet
	for item := range strings.SplitSeq(list, ",") {
		if item = Trim(item); item == "" {
			continue
		}
		first, last, isRange := strings.Cut(item, "-")
		low, err := port(first)
		if err != nil {
			return nil, err
		}
		high := low
		if isRange {
			if high, err = port(last); err != nil {
				return nil, err
			}
		}
		if high < low {
			return nil, fmt.Errorf("the range %q runs backwards", item)
		}
		set = append(set, ir.PortRange{First: low, Last: high})
	}
	return merge(set), nil
}

func port(s string) (uint16, error) {
	n, err := Uint(Trim(s), 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a port number", s)
	}
	return uint16(n), nil
}

// merge sorts the ranges and joins those that overlap or touch.
func merge(set ir.PortSet) ir.PortSet {
	slices.SortFunc(set, func(a, b ir.PortRange) int { return cmp.Compare(a.First, b.First) })
	out := set[:0]
	for _, r := range set {
		if n := len(out); n > 0 && int(r.First) <= int(out[n-1].Last)+1 {
			out[n-1].Last = max(out[n-1].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}
