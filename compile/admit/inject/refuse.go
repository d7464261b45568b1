package inject

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// refused reports whether the injector or, after it, the API server refuses the Pod: the
// workload stands, but no Pod of it ever runs.
func (in *injector) refused(ns *namespace, pod *manifest.Pod) bool {
	for _, key := range []string{logHeadersKey, closeWaitKey, adminPortKey, inboundPortKey, pullPolicyKey, userKey, groupKey} {
		if why := badValue(key, pod.Metadata.Annotations); why != "" {
			in.refuse(ns, pod, key, why)
			return true
		}
	}
	for _, kind := range []string{"cpu", "memory", "ephemeral-storage"} {
		if key, why := badResources(kind, pod.Metadata.Annotations); why != "" {
			in.refuse(ns, pod, key, why)
			return true
		}
	}
	return false
}

func (in *injector) refuse(ns *namespace, pod *manifest.Pod, key, why string) {
	in.report.Add(diag.Diagnostic{
		Code: diag.PodsRefused, Severity: diag.Hazard, Object: pod.Owner.String(),
		At:      place(ns, pod, key),
		Message: why + ": " + noPods(pod),
		Help:    "remove or mend the annotation " + key,
	})
}

// noPods says what happens to a workload whose Pods are refused, and to those who call it.
func noPods(pod *manifest.Pod) string {
	if pod.Owner.Kind == "Pod" {
		return "this Pod cannot be created, so whoever calls it finds no backend"
	}
	return fmt.Sprintf("no Pod of this %s can be created, though the %s itself is taken: whoever calls it finds no backend from its next rollout on", pod.Owner.Kind, pod.Owner.Kind)
}

// badResources says why annotations give the proxy container resources that no API server
// takes: negative ones, or a request above the limit. The injector ignores what is no
// quantity.
func badResources(kind string, annotations map[string]string) (key, why string) {
	limitKey, requestKey := "config.linkerd.io/proxy-"+kind+"-limit", "config.linkerd.io/proxy-"+kind+"-request"
	limit, limited := quantity(annotations[limitKey])
	request, requested := quantity(annotations[requestKey])
	switch {
	case limited && limit.Sign() < 0:
		return limitKey, fmt.Sprintf("%s is negative", limitKey)
	case requested && request.Sign() < 0:
		return requestKey, fmt.Sprintf("%s is negative", requestKey)
	case limited && requested && request.Cmp(limit) > 0:
		return requestKey, fmt.Sprintf("%s is above %s", requestKey, limitKey)
	}
	return "", ""
}

// quantity reads a Kubernetes quantity. One of absurd length or exponent is left unread:
// comparing it could take all memory there is.
func quantity(text string) (resource.Quantity, bool) {
	_, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	if len(text) > 64 || len(exponent) > 4 {
		return resource.Quantity{}, false
	}
	q, err := resource.ParseQuantity(text)
	return q, err == nil
}

// badValue says why an annotation keeps a Pod from being created; "" if it does not.
func badValue(key string, annotations map[string]string) string {
	v, ok := annotations[key]
	if !ok {
		return ""
	}
	switch key {
	case logHeadersKey:
		if v != "" && v != "insecure" && v != "off" {
			return fmt.Sprintf("the injector takes insecure or off for %s, not %q", key, v)
		}
	case closeWaitKey: // not inheritable: the Pod's own
		if d, err := time.ParseDuration(v); err == nil && int64(d.Seconds()) != 0 {
			return fmt.Sprintf("the injector sets %s only where proxyInit.runAsRoot is set", key)
		}
	case adminPortKey, inboundPortKey:
		if p := portOf(annotations, key, defaultAdminPort); p < 1 || p > 65535 {
			return fmt.Sprintf("%s gives the proxy container port %d", key, p)
		}
	case pullPolicyKey:
		if v != "" && v != "Always" && v != "IfNotPresent" && v != "Never" {
			return fmt.Sprintf("%s gives the proxy container the pull policy %q", key, v)
		}
	case userKey, groupKey:
		if id, err := strconv.ParseInt(v, 10, 64); err == nil && (id < 0 || id > 1<<31-1) {
			return fmt.Sprintf("%s gives the proxy container the id %d", key, id)
		}
	}
	return ""
}

// portsCollide reports whether the API server refuses a Pod on the host's network because
// one port is declared twice: there each port is a port of the host. Init containers run
// one after the other, so each is judged alone.
func (in *injector) portsCollide(pod *manifest.Pod) bool {
	if !pod.Spec.HostNetwork {
		return false
	}
	type group struct {
		containers []manifest.Container
		field      string
		first      int // index of the first of them
	}
	groups := []group{{pod.Spec.Containers, "spec.containers", 0}}
	for i := range pod.Spec.InitContainers {
		groups = append(groups, group{pod.Spec.InitContainers[i : i+1], "spec.initContainers", i})
	}
	for _, g := range groups {
		container, i, twice := repeated(g.containers)
		if !twice {
			continue
		}
		port := g.containers[container].Ports[i].ContainerPort
		field := source.Index(source.Index(g.field, g.first+container)+".ports", i)
		in.report.Add(diag.Diagnostic{
			Code: diag.PodsRefused, Severity: diag.Hazard, Object: pod.Owner.String(),
			At:      pod.Owner.At(source.Join(pod.Field, field+".containerPort")),
			Message: fmt.Sprintf("port %d is declared twice on the host's network: %s", port, noPods(pod)),
			Help:    "declare the port once",
		})
		return true
	}
	return false
}

// repeated finds a port that is declared for the second time for one protocol.
func repeated(containers []manifest.Container) (container, port int, twice bool) {
	type key struct {
		port         int32
		protocol, ip string
	}
	seen := map[key]bool{}
	for i, c := range containers {
		for j, p := range c.Ports {
			k := key{p.ContainerPort, p.Protocol, p.HostIP}
			if k.protocol == "" {
				k.protocol = "TCP"
			}
			if seen[k] {
				return i, j, true
			}
			seen[k] = true
		}
	}
	return 0, 0, false
}
