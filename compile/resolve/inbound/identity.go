package inbound

import (
	"strings"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// accountIdentity returns the identity of a service account's proxies (spec/inbound.md §3.5).
func accountIdentity(mesh manifest.Mesh, namespace, name string) string {
	return name + "." + namespace + identityTail(mesh)
}

func identityTail(mesh manifest.Mesh) string {
	return ".serviceaccount.identity." + mesh.ControlPlaneNamespace + "." + mesh.IdentityTrustDomain
}

// identities collects what clients may show: exact ones and suffixes, each in order.
type identities struct{ exact, suffixes []string }

// add reads an identity: "*" is every one, "*.a.b" those that end in ".a.b", anything else
// is itself, SPIFFE and stray asterisks included.
func (l *identities) add(text string) {
	switch {
	case text == "*":
		l.suffixes = append(l.suffixes, "")
	case strings.HasPrefix(text, "*."):
		l.suffixes = append(l.suffixes, text[1:])
	default:
		l.exact = append(l.exact, text)
	}
}

func (l *identities) addAccount(mesh manifest.Mesh, namespace, name string) {
	l.exact = append(l.exact, accountIdentity(mesh, namespace, name))
}

func (l *identities) empty() bool { return len(l.exact)+len(l.suffixes) == 0 }

func (l *identities) clients() ir.Clients {
	return ir.Clients{Kind: ir.Identified, Identities: l.exact, Suffixes: l.suffixes}
}
