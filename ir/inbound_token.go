package ir

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// A ProxyToken names the workload whose proxy asks: what the injector gives it to say.
type ProxyToken struct {
	Namespace, Name string
	External        bool // an ExternalWorkload, not a Pod
}

// ErrInvalidWorkload is the answer to a token that cannot be read.
var ErrInvalidWorkload = errors.New("InvalidArgument: Invalid workload")

// ParseProxyToken reads a token: a JSON object with "ns" and one of "pod" and
// "external_workload", or "NAMESPACE:POD" (spec/inbound.md §7). The error is
// [ErrInvalidWorkload].
func ParseProxyToken(token string) (ProxyToken, error) {
	if strings.HasPrefix(token, "{") {
		return parseJSONToken(token)
	}
	ns, pod, ok := strings.Cut(token, ":")
	if !ok || ns == "" || pod == "" {
		return ProxyToken{}, ErrInvalidWorkload
	}
	return ProxyToken{Namespace: ns, Name: pod}, nil
}

// parseJSONToken reads the fields in the order of the text: of a Pod and an
// ExternalWorkload, the first counts.
func parseJSONToken(text string) (ProxyToken, error) {
	if !json.Valid([]byte(text)) { // also refuses text after the object
		return ProxyToken{}, ErrInvalidWorkload
	}
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return ProxyToken{}, ErrInvalidWorkload
	}
	var t ProxyToken
	var hasNamespace, hasName bool
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return ProxyToken{}, ErrInvalidWorkload
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return ProxyToken{}, ErrInvalidWorkload
		}
		switch {
		case key == "ns":
			if hasNamespace || !isString(value, &t.Namespace) {
				return ProxyToken{}, ErrInvalidWorkload
			}
			hasNamespace = true
		case key == "pod" || key == "external_workload":
			if hasName {
				continue
			}
			if !isString(value, &t.Name) {
				return ProxyToken{}, ErrInvalidWorkload
			}
			t.External, hasName = key == "external_workload", true
		}
	}
	if !hasNamespace || !hasName {
		return ProxyToken{}, ErrInvalidWorkload
	}
	return t, nil
}

func isString(value json.RawMessage, to *string) bool {
	return bytes.HasPrefix(value, []byte(`"`)) && json.Unmarshal(value, to) == nil
}

// InboundFor answers a proxy's question as the policy controller does; the token is judged
// before the port.
func (p *Program) InboundFor(token string, port uint32) (Inbound, error) {
	t, err := ParseProxyToken(token)
	if err != nil {
		return Inbound{}, err
	}
	if t.External {
		return p.ExternalInbound(t.Namespace, t.Name, port)
	}
	return p.Inbound(t.Namespace, t.Name, port)
}
