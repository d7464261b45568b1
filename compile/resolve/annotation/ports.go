package annotation

import (
	"fmt"
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
	return ir.NewPortSet(set), nil
}

func port(s string) (uint16, error) {
	n, err := Uint(Trim(s), 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a port number", s)
	}
	return uint16(n), nil
}
