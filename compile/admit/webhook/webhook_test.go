package webhook

import (
	"testing"

	"routec.dev/routec/compile/manifest"
)

func TestIdentity(t *testing.T) {
	for id, good := range map[string]bool{
		"*": true, "*.a.b": true, "a.b": true, "spiffe://td": true, "spiffe://t_d.x/a/B-._": true,
		"": false, "A": false, "system..local": false, "a.*": false, "spiffe://": false, "spiffe:///a": false, "spiffe://TD": false,
		"spiffe://td/": false, "spiffe://td/a/": false, "spiffe://td//a": false, "spiffe://td/./a": false, "spiffe://td/a/..": false, "spiffe://td/a b": false,
	} {
		if why := identityError(id); (why == "") != good {
			t.Errorf("identityError(%q) = %q", id, why)
		}
	}
}

// Conditions are read as Go's decoder reads them: names without their case, numbers and
// booleans as texts.
func TestProfileConditions(t *testing.T) {
	for name, c := range map[string]struct {
		condition object
		good      bool
	}{
		"method":            {object{"method": "GET"}, true},
		"empty method":      {object{"method": ""}, false},
		"nothing":           {object{}, false},
		"empty list":        {object{"all": []any{}}, true},
		"null list":         {object{"all": nil, "method": "GET"}, true},
		"null in a list":    {object{"any": []any{nil}}, false},
		"nested nothing":    {object{"all": []any{object{"not": object{}}}}, false},
		"nested not":        {object{"all": []any{object{"not": object{"method": "GET"}}}}, true},
		"not as a list":     {object{"not": []any{}}, false},
		"number as text":    {object{"all": []any{object{"method": int64(1)}}}, true},
		"list as text":      {object{"all": []any{object{"method": []any{}}}}, false},
		"other case":        {object{"all": []any{object{"METHOD": "GET"}}}, true},
		"unknown field":     {object{"all": []any{object{"methd": "GET"}}}, false},
		"status in a match": {object{"all": []any{object{"status": object{"min": int64(500)}}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			content := object{"spec": object{"routes": []any{object{"name": "a", "condition": c.condition}}}}
			d := reviewProfile(manifest.Identity{Name: "a.b"}, content)
			if (d == nil) != c.good {
				t.Errorf("%+v", d)
			}
		})
	}
}

// A type that does not decode is admitted for Gateway API kinds, and denied for Linkerd's.
func TestUndecodable(t *testing.T) {
	r := &Reviewer{Regexp: func(string) error { return nil }}
	egress := []any{object{"group": "policy.linkerd.io", "kind": "EgressNetwork", "name": "a"}}
	for _, c := range []struct {
		group, kind string
		spec        object
		admitted    bool
	}{
		{manifest.GatewayGroup, "TLSRoute", object{"parentRefs": egress, "rules": []any{object{"backendRefs": []any{}}}}, true},
		{manifest.GatewayGroup, "TLSRoute", object{"parentRefs": egress, "hostnames": []any{}, "rules": []any{object{"backendRefs": []any{}}}}, false},
		{manifest.GatewayGroup, "TCPRoute", object{"parentRefs": egress, "rules": []any{object{}}}, true},
		{manifest.GatewayGroup, "TCPRoute", object{"parentRefs": egress, "rules": []any{object{"backendRefs": []any{}}}}, false},
		{manifest.PolicyGroup, "HTTPRoute", object{"rules": []any{object{"backendRefs": []any{object{}}}}}, false},
		{manifest.PolicyGroup, "HTTPRoute", object{"rules": []any{object{"timeouts": object{"request": []any{}}}}}, false},
		{manifest.PolicyGroup, "HTTPRoute", object{"rules": []any{object{"timeouts": object{"request": "1s-1s"}}}}, true},
		{manifest.PolicyGroup, "UDPRoute", object{}, true},
	} {
		got := r.Review(manifest.Identity{Group: c.group, Kind: c.kind}, object{"spec": c.spec})
		if (got == nil) != c.admitted {
			t.Errorf("%s %v: %+v", c.kind, c.spec, got)
		}
	}
}
