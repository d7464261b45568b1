package ir

// A Filter is one of the types below; their payloads have nothing in common.
type Filter interface{ filter() }

// A Header is a name in lower case and a value of any bytes.
type Header struct{ Name, Value string }

type (
	// ModifyHeaders adds, then sets, then removes headers (spec/matching.md §5.2).
	ModifyHeaders struct {
		Response bool // of the response; else of the request
		Add, Set []Header
		Remove   []string
	}

	// Redirect answers with another location (spec/matching.md §5.3).
	Redirect struct {
		Scheme string // "http", "https" or "" (keep)
		Host   string // "" keeps
		Path   PathRewrite
		Port   uint32 // 0 keeps
		Status uint32
	}

	// FailHTTP answers with an HTTP status instead of a backend.
	FailHTTP struct {
		Status  uint32
		Message string
	}

	// FailGRPC answers with a gRPC code instead of a backend.
	FailGRPC struct {
		Code    uint32
		Message string
	}

	// Invalid fails a TLS or opaque connection with a message.
	Invalid struct{ Message string }

	// Forbidden refuses a TLS or opaque connection.
	Forbidden struct{}

	// Empty is a filter that the control plane emits without content: a gRPC route's
	// ResponseHeaderModifier (spec/outbound.md §6.3). The proxy refuses such a table.
	Empty struct{}
)

// RewriteKind says what a redirect replaces of the path.
type RewriteKind uint8

const (
	KeepPath RewriteKind = iota
	ReplaceFull
	ReplacePrefix
)

// A PathRewrite is a redirect's change of the path.
type PathRewrite struct {
	Kind  RewriteKind
	Value string
}

func (ModifyHeaders) filter() {}
func (Redirect) filter()      {}
func (FailHTTP) filter()      {}
func (FailGRPC) filter()      {}
func (Invalid) filter()       {}
func (Forbidden) filter()     {}
func (Empty) filter()         {}
