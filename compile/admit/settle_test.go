package admit_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"routec.dev/routec/compile/admit"
	"routec.dev/routec/compile/manifest"
)

// A Namespace that switches the webhooks off does so for all that it holds, wherever it stands.
func TestNamespacesSwitchWebhooksOff(t *testing.T) {
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: demo, labels: {config.linkerd.io/admission-webhooks: %s}}\n"
	bad := manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: []")
	for label, accepted := range map[string]bool{"disabled": true, "enabled": false} {
		for _, text := range []string{
			strings.Replace(namespace, "%s", label, 1) + "---\n" + bad,
			bad + "---\n" + strings.Replace(namespace, "%s", label, 1),
		} {
			_, verdicts := judge(newJudge(t, admit.Options{}), objects(t, "x.yaml", []byte(text)))
			if got := verdicts[0].Accepted() && verdicts[1].Accepted(); got != accepted {
				t.Errorf("label %s: accepted = %v", label, got)
			}
		}
	}
}

// Permissive admission leaves the webhooks out, but says what they would have said.
func TestPermit(t *testing.T) {
	j := newJudge(t, admit.Options{Admission: manifest.Permit})
	_, verdicts := judge(j, undecoded(t, manifestOf(policy+"v1alpha1", "NetworkAuthentication", "networks: []")))
	if v := verdicts[0]; !v.Accepted() || v.Denial == nil {
		t.Errorf("%+v", v)
	}
	_, verdicts = judge(j, undecoded(t, manifestOf(policy+"v1alpha1", "NetworkAuthentication", "{}")))
	if v := verdicts[0]; v.Accepted() || v.Denial != nil {
		t.Errorf("%+v", v)
	}
}

// Linkerd reads old versions as the newest one, with what that has lost and its defaults.
func TestView(t *testing.T) {
	j := newJudge(t, admit.Options{})
	for _, c := range []struct {
		name, text string
		want       any // of the view's spec
	}{
		{"policy route", manifestOf(policy+"v1beta1", "HTTPRoute", "rules: [{matches: [{path: {value: /a}}], backendRefs: [{name: a, port: 80}]}]"),
			map[string]any{"rules": []any{map[string]any{
				"matches":     []any{map[string]any{"path": map[string]any{"type": "PathPrefix", "value": "/a"}}},
				"backendRefs": []any{map[string]any{"name": "a", "port": int64(80), "namespace": "default", "group": "", "kind": "Service", "weight": int64(1)}},
			}}}},
		{"Server", manifestOf(policy+"v1beta1", "Server", "podSelector: {}\nport: 80"),
			map[string]any{"podSelector": map[string]any{}, "port": int64(80), "proxyProtocol": "unknown", "accessPolicy": "deny"}},
		{"ExternalWorkload", manifestOf("workload.linkerd.io/v1alpha1", "ExternalWorkload", "meshTls: {identity: a, serverName: b}\nports: [{port: 80}]"),
			map[string]any{"ports": []any{map[string]any{"port": int64(80), "protocol": "TCP"}}}},
		{"Service", manifestOf("v1", "Service", "ports: [{port: 80}]"),
			map[string]any{"ports": []any{map[string]any{"port": int64(80), "protocol": "TCP", "targetPort": int64(80)}}, "type": "ClusterIP",
				"sessionAffinity": "None", "internalTrafficPolicy": "Cluster", "ipFamilies": []any{"IPv4"}, "ipFamilyPolicy": "SingleStack"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := j.Object(undecoded(t, c.text)[0])
			if got.Refusal != nil {
				t.Fatal(got.Refusal.Message)
			}
			if !reflect.DeepEqual(got.View["spec"], c.want) {
				t.Errorf("view\n%v\nwant\n%v", got.View["spec"], c.want)
			}
		})
	}
	if got := newJudge(t, admit.Options{GatewayAPI: clusters["S17"]}).Object(undecoded(t, manifestOf(gateway+"v1", "TCPRoute", "rules: [{"+echoBackend+"}]"))[0]); got.Stored == nil || got.View != nil {
		t.Errorf("Linkerd does not watch TCPRoute v1: %+v", got)
	}
}

// The injector changes Pods and Services before they are validated; what it refuses is
// a webhook's refusal.
func TestInject(t *testing.T) {
	pod := manifestOf("v1", "Pod", "containers: [{name: a, image: x}]")
	port := newJudge(t, admit.Options{Inject: func(u *manifest.Unstructured) error {
		spec := u.Content["spec"].(map[string]any)
		spec["initContainers"] = []any{map[string]any{"name": "b", "image": "y", "ports": []any{map[string]any{"containerPort": int64(0)}}}}
		return nil
	}})
	got := port.Object(undecoded(t, pod)[0])
	if got.Refusal == nil || got.Refusal.Causes[0].Field != "spec.initContainers[0].ports[0].containerPort" {
		t.Errorf("%+v", got.Refusal)
	}
	denied := newJudge(t, admit.Options{Inject: func(*manifest.Unstructured) error { return errors.New("no") }})
	if got := denied.Object(undecoded(t, pod)[0]); got.Refusal != nil || got.Denial == nil {
		t.Errorf("%+v", got)
	}
}
