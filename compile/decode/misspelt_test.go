package decode

import (
	"strings"
	"testing"

	"routec.dev/routec/compile/diag"
)

func TestMisspeltKinds(t *testing.T) {
	for in, want := range map[string]string{
		"gateway.networking.k8s.io/v1 GRPCRuote":      "GRPCRoute",
		"gateway.networking.k8s.io/v1 GrpcRoute":      "GRPCRoute",
		"gateway.networking.k8s.io/v1 UDPRoute":       "",
		"gateway.networking.k8s.io/v1 Gateway":        "",
		"gateway.networking.k8s.io/v1 ReferenceGrant": "",
		"policy.linkerd.io/v1beta3 Servers":           "Server",
		"linkerd.io/v1alpha2 ServiceProfiles":         "ServiceProfile",
		"apps/v1 Deploymnt":                           "Deployment",
		"apps/v1 ControllerRevision":                  "",
		"v1 Services":                                 "Service",
		"v1 Secret":                                   "",
		"v1 Node":                                     "",
		"v1 ConfigMap":                                "",
		"batch/v1 Job":                                "",
		"example.org/v1 HTTPRout":                     "",
	} {
		version, kind, _ := strings.Cut(in, " ")
		var report diag.Report
		found("apiVersion: "+version+"\nkind: "+kind+"\nmetadata: {name: a}\n", &report)
		got := ""
		for d := range report.All() {
			got = strings.TrimSuffix(strings.TrimPrefix(d.Help, "did you mean "), "?")
			if d.Code != diag.KindNotInstalled || d.At.Field != "kind" {
				t.Errorf("%s: %+v", in, d)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
