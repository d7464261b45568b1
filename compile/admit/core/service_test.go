package core

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestPullPolicy(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("a", 64)
	for image, want := range map[string]string{
		"x": "Always", "x:latest": "Always", "a/b/x:latest": "Always", "a.b:80/x": "Always", "localhost/x": "Always", "x:latest" + digest: "Always",
		"x:v1": "IfNotPresent", "x" + digest: "IfNotPresent", "X": "IfNotPresent", " x": "IfNotPresent", "": "IfNotPresent", "x:": "IfNotPresent",
		"A/b": "Always", strings.Repeat("a", 64): "IfNotPresent",
	} {
		if got := pullPolicy(image); got != want {
			t.Errorf("pullPolicy(%q) = %s, want %s", image, got, want)
		}
	}
}

// settle runs a Service's spec through all that changes it.
func settle(spec object, families ...string) (fields []string) {
	content := object{"spec": spec}
	ServiceDefaults(content)
	causes := Allocate(content, families)
	if causes == nil {
		causes = Service(content)
	}
	for _, c := range causes {
		fields = append(fields, c.Field)
	}
	return fields
}

func TestAddresses(t *testing.T) {
	port := []any{object{"port": int64(80)}}
	both := []string{"IPv4", "IPv6"}
	for i, c := range []struct {
		spec     object
		families []string
		fields   []string
		ips      []any
		ipFams   []any
		policy   any
	}{
		{object{}, both[:1], nil, []any{StandInIP}, []any{"IPv4"}, "SingleStack"},
		{object{"clusterIP": "10.43.1.1"}, both[:1], nil, []any{"10.43.1.1"}, []any{"IPv4"}, "SingleStack"},
		{object{"clusterIP": "None"}, both[:1], nil, []any{"None"}, []any{"IPv4", "IPv6"}, "RequireDualStack"},
		{object{"clusterIP": "None", "selector": object{"a": "b"}}, both[:1], nil, []any{"None"}, []any{"IPv4"}, "SingleStack"},
		{object{"clusterIP": "fd00::1"}, both[:1], []string{"spec.clusterIPs[0]"}, nil, nil, nil},
		{object{"clusterIP": "fd00::1"}, both, nil, []any{"fd00::1"}, []any{"IPv6"}, "SingleStack"},
		{object{"ipFamilyPolicy": "PreferDualStack"}, both[:1], nil, []any{StandInIP}, []any{"IPv4"}, "PreferDualStack"},
		{object{"ipFamilyPolicy": "PreferDualStack"}, both, nil, []any{StandInIP, "fd00::"}, []any{"IPv4", "IPv6"}, "PreferDualStack"},
		{object{"ipFamilyPolicy": "RequireDualStack"}, both[:1], []string{"spec.ipFamilyPolicy"}, nil, nil, nil},
		{object{"clusterIPs": []any{"10.43.1.1"}}, both[:1], []string{"spec.clusterIPs"}, nil, nil, nil},
		{object{"clusterIP": "010.0.0.1"}, both[:1], []string{"spec.clusterIPs[0]"}, nil, nil, nil},
		{object{"type": "ExternalName", "externalName": "a.b"}, both[:1], nil, nil, nil, nil},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			c.spec["ports"] = port
			fields := settle(c.spec, c.families...)
			if !slices.Equal(fields, c.fields) {
				t.Fatalf("fields %v, want %v", fields, c.fields)
			}
			if fields != nil {
				return
			}
			ips, _ := c.spec["clusterIPs"].([]any)
			families, _ := c.spec["ipFamilies"].([]any)
			if !reflect.DeepEqual(ips, c.ips) || !reflect.DeepEqual(families, c.ipFams) || c.spec["ipFamilyPolicy"] != c.policy {
				t.Errorf("%v %v %v", ips, families, c.spec["ipFamilyPolicy"])
			}
		})
	}
}

func TestNodePorts(t *testing.T) {
	ports := []any{
		object{"name": "a", "port": int64(80)},
		object{"name": "b", "port": int64(80), "protocol": "UDP"},
		object{"name": "c", "port": int64(81), "nodePort": int64(30081)},
		object{"name": "d", "port": int64(82)},
	}
	if fields := settle(object{"type": "LoadBalancer", "externalTrafficPolicy": "Local", "ports": ports}, "IPv4"); fields != nil {
		t.Fatal(fields)
	}
	var got []any
	for _, p := range ports {
		got = append(got, p.(object)["nodePort"])
	}
	if want := []any{int64(32769), int64(32769), int64(30081), int64(32770)}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	twice := []any{object{"name": "a", "port": int64(80), "nodePort": int64(30080)}, object{"name": "b", "port": int64(81), "nodePort": int64(30080)}}
	if fields := settle(object{"type": "NodePort", "ports": twice}, "IPv4"); !slices.Equal(fields, []string{"spec.ports[1].nodePort"}) {
		t.Error(fields)
	}
}
