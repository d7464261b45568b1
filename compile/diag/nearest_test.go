package diag

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"timeout.linkerd.io/request", "retry.linkerd.io/limit", "deny"}
	for in, want := range map[string]string{
		"timeout.linkerd.io/requests": "timeout.linkerd.io/request",
		"retry.linkerd.io/limti":      "retry.linkerd.io/limit",
		"Deny":                        "deny",
		"dny":                         "deny",
		"xyz":                         "",
		"":                            "",
	} {
		if got := Nearest(in, words); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
