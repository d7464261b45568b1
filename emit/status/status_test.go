package status

import (
	"encoding/json"
	"testing"

	"routec.dev/routec/ir"
)

func TestOf(t *testing.T) {
	web := ir.Ref{Group: "core", Kind: "Service", Namespace: "prod", Name: "web"}
	yes := []ir.Condition{{Type: "Accepted", Status: true, Reason: "Accepted"}}
	for _, c := range []struct {
		name string
		in   ir.Status
		want string
	}{
		{"nothing is written", ir.Status{Object: web}, `null`},
		{"a parent with a port", ir.Status{Parents: []ir.ParentStatus{{Parent: web, Port: 80, HasPort: true, Conditions: yes}}},
			`{"parents":[{"conditions":[{"message":"","reason":"Accepted","status":"True","type":"Accepted"}],"controllerName":"linkerd.io/policy-controller","parentRef":{"group":"core","kind":"Service","name":"web","namespace":"prod","port":80}}]}`},
		{"a parent without", ir.Status{Parents: []ir.ParentStatus{{Parent: web, Conditions: []ir.Condition{{Type: "Accepted", Reason: "NoMatchingParent", Message: "why"}}}}},
			`{"parents":[{"conditions":[{"message":"why","reason":"NoMatchingParent","status":"False","type":"Accepted"}],"controllerName":"linkerd.io/policy-controller","parentRef":{"group":"core","kind":"Service","name":"web","namespace":"prod"}}]}`},
		{"conditions of the object itself", ir.Status{Conditions: yes},
			`{"conditions":[{"message":"","reason":"Accepted","status":"True","type":"Accepted"}]}`},
		{"a target in canonical spelling", ir.Status{Conditions: yes, Target: &ir.Ref{Group: "policy.linkerd.io", Kind: "Server", Name: "s"}},
			`{"conditions":[{"message":"","reason":"Accepted","status":"True","type":"Accepted"}],"targetRef":{"group":"policy.linkerd.io","kind":"Server","name":"s"}}`},
	} {
		got, err := json.Marshal(Of(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", c.name, got, err, c.want)
		}
	}
}
