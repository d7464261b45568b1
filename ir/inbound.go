package ir

// An Authorization lets clients in: from a network, with an identity.
type Authorization struct {
	Meta Meta
}
