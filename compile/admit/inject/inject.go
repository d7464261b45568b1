// Package inject does what Linkerd's mutating webhook does to Pods and Services when they
// are created: it decides which Pods are meshed, gives them what their Namespace says, and
// adds the proxy's container as far as ports and probes go (spec/inbound.md §1.5,
// spec/outbound.md §1.8).
//
// Manifests describe objects before the webhook ran; the policy controller sees them after.
// The result is that of a fresh creation: on a cluster, later edits of a Namespace do not
// reach what exists.
package inject

import (
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
)

// Annotations and labels that decide about injection.
const (
	injectKey        = "linkerd.io/inject"
	controlPlaneKey  = "linkerd.io/control-plane-ns" // label of every meshed Pod
	workloadNSKey    = "linkerd.io/workload-ns"
	componentKey     = "linkerd.io/control-plane-component"
	cniKey           = "linkerd.io/cni-resource"
	webhooksKey      = "config.linkerd.io/admission-webhooks" // label of a Namespace
	opaquePortsKey   = "config.linkerd.io/opaque-ports"
	adminPortKey     = "config.linkerd.io/admin-port"
	inboundPortKey   = "config.linkerd.io/inbound-port"
	logHeadersKey    = "config.linkerd.io/proxy-log-http-headers"
	closeWaitKey     = "config.linkerd.io/close-wait-timeout"
	pullPolicyKey    = "config.linkerd.io/image-pull-policy"
	userKey          = "config.linkerd.io/proxy-uid"
	groupKey         = "config.linkerd.io/proxy-gid"
	proxyContainer   = "linkerd-proxy"
	proxyPortName    = "linkerd-proxy"
	adminPortName    = "linkerd-admin"
	defaultProxyPort = 4143
	defaultAdminPort = 4191
)

// Objects sets set.Pods to the meshed Pods that a cluster would make of set.Workloads, and
// annotates set.Services. It replaces annotation maps that it changes, and reports Pods
// that cannot come to be and annotations that have no effect.
func Objects(set *manifest.Set, mesh manifest.Mesh, report *diag.Report) {
	in := injector{mesh: mesh, report: report, namespaces: map[string]*namespace{}, owners: ownersOf(set.Workloads)}
	for i := range set.Namespaces {
		in.namespaces[set.Namespaces[i].Name] = newNamespace(&set.Namespaces[i])
	}
	for i := range set.Services {
		in.service(&set.Services[i])
	}
	set.Pods = nil
	for i := range set.Workloads {
		if pod, ok := in.pod(&set.Workloads[i]); ok {
			set.Pods = append(set.Pods, pod)
		}
	}
}

type injector struct {
	mesh       manifest.Mesh
	report     *diag.Report
	namespaces map[string]*namespace
	owners     map[ownedObject][]manifest.Owner
}

// namespace is a Namespace as the webhook sees it. One that the manifests lack counts as
// one without labels and annotations.
type namespace struct {
	meta     *manifest.Meta
	webhooks bool     // the webhook is called for what is in it
	broken   []string // annotations that make the patch of an injected Pod unreadable
	reported bool     // that has been reported
}

func newNamespace(m *manifest.Meta) *namespace {
	n := &namespace{meta: m}
	n.webhooks = m.Labels[webhooksKey] != "disabled" && m.Name != "kube-system" && m.Name != "cert-manager"
	for _, key := range inheritable {
		if v, ok := m.Annotations[key]; ok {
			if _, ok := unquote(v); !ok {
				n.broken = append(n.broken, key)
			}
		}
	}
	return n
}

func (in *injector) namespace(name string) *namespace {
	n := in.namespaces[name]
	if n == nil {
		n = newNamespace(&manifest.Meta{Identity: manifest.Identity{Name: name}})
		in.namespaces[name] = n
	}
	return n
}
