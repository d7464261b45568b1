package webhook

import (
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/network"
)

// networkAuthentication reviews NTA-02 to NTA-04.
func networkAuthentication(_ manifest.Identity, content object) *denial {
	return networks(tree.List(tree.Child(content, "spec"), "networks")).under("spec.networks")
}

// egressNetwork reviews EGN-02.
func egressNetwork(_ manifest.Identity, content object) *denial {
	spec := tree.Child(content, "spec")
	if !tree.Has(spec, "networks") {
		return nil
	}
	return networks(tree.List(spec, "networks")).under("spec.networks")
}

func networks(list []any) *denial {
	if d := decodeNetworks(list); d != nil {
		return d
	}
	if len(list) == 0 {
		return deny(diag.NetworksEmpty, "at least one network must be specified")
	}
	return exceptions(list)
}

// decodeNetworks reviews NTA-03: every text must be an address or a block.
func decodeNetworks(list []any) *denial {
	for i := range list {
		entry := tree.Item(list, i)
		if d := decodeNetwork(entry["cidr"]); d != nil {
			return d.at(tree.Index("", i) + ".cidr")
		}
		for j, v := range tree.List(entry, "except") {
			if d := decodeNetwork(v); d != nil {
				return d.at(tree.Index(tree.Index("", i)+".except", j))
			}
		}
	}
	return nil
}

func decodeNetwork(v any) *denial {
	text, _ := v.(string)
	if _, err := network.Parse(text); err != nil {
		return deny(diag.NetworkUnreadable, "data did not match any variant of untagged enum Cidr: %v", err)
	}
	return nil
}

// exceptions reviews NTA-04.
func exceptions(list []any) *denial {
	for i := range list {
		entry := tree.Item(list, i)
		cidr, err := network.Parse(tree.Text(entry, "cidr"))
		if err != nil {
			continue
		}
		for j, v := range tree.List(entry, "except") {
			text, _ := v.(string)
			except, err := network.Parse(text)
			at := tree.Index(tree.Index("", i)+".except", j)
			switch {
			case err != nil:
			case network.Contains(except, cidr):
				return deny(diag.NetworkException, "cidr '%s' is completely negated by exception '%s'", tree.Text(entry, "cidr"), text).at(at)
			case !network.Contains(cidr, except):
				return deny(diag.NetworkException, "cidr '%s' does not include exception '%s'", tree.Text(entry, "cidr"), text).at(at)
			}
		}
	}
	return nil
}
