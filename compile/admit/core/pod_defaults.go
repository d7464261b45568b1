package core

import (
	"maps"

	"routec.dev/routec/compile/admit/tree"
)

// PodDefaults fills in what the API server's defaulting and its usual admission plugins
// fill in on a Pod (spec/admission.md §11.1).
func PodDefaults(content map[string]any) {
	spec := tree.Child(content, "spec")
	if spec == nil {
		spec = object{}
		content["spec"] = spec
	}
	podSpecDefaults(spec)
	setDefault(spec, "enableServiceLinks", true)
	for _, list := range containerLists {
		containers := tree.List(spec, list)
		for i := range containers {
			requestsFromLimits(tree.Item(containers, i))
			if tree.Bool(spec, "hostNetwork") {
				hostPorts(tree.Item(containers, i))
			}
		}
	}
	setDefault(spec, "priority", int64(0))
	setDefault(spec, "preemptionPolicy", "PreemptLowerPriority")
	nodeTolerations(spec)
}

// containerLists are the containers that run and that make ready.
var containerLists = []string{"containers", "initContainers"}

// podSpecDefaults fills in what Pods and templates share.
func podSpecDefaults(spec object) {
	setDefault(spec, "dnsPolicy", "ClusterFirst")
	setDefault(spec, "restartPolicy", "Always")
	setDefault(spec, "securityContext", object{})
	setDefault(spec, "terminationGracePeriodSeconds", int64(30))
	if tree.Int(spec, "terminationGracePeriodSeconds") < 0 {
		spec["terminationGracePeriodSeconds"] = int64(1)
	}
	setDefault(spec, "schedulerName", "default-scheduler")
	if account := tree.Text(spec, "serviceAccountName"); account != "" {
		spec["serviceAccount"] = account
	} else if account := tree.Text(spec, "serviceAccount"); account != "" {
		spec["serviceAccountName"] = account
	}
	for _, list := range containerLists {
		containers := tree.List(spec, list)
		for i := range containers {
			containerDefaults(tree.Item(containers, i))
		}
	}
	volumeDefaults(spec)
}

func containerDefaults(c object) {
	setDefault(c, "name", "")
	setDefault(c, "resources", object{})
	setDefault(c, "terminationMessagePath", "/dev/termination-log")
	setDefault(c, "terminationMessagePolicy", "File")
	setDefault(c, "imagePullPolicy", pullPolicy(tree.Text(c, "image")))
	ports := tree.List(c, "ports")
	for i := range ports {
		setDefault(tree.Item(ports, i), "containerPort", int64(0))
		setDefault(tree.Item(ports, i), "protocol", "TCP")
	}
	env := tree.List(c, "env")
	for i := range env {
		fieldRefDefaults(tree.Child(tree.Item(env, i), "valueFrom"))
	}
	for _, name := range probes {
		if probe := tree.Child(c, name); probe != nil {
			setDefault(probe, "timeoutSeconds", int64(1))
			setDefault(probe, "periodSeconds", int64(10))
			setDefault(probe, "successThreshold", int64(1))
			setDefault(probe, "failureThreshold", int64(3))
			handlerDefaults(probe)
		}
	}
	for _, name := range []string{"postStart", "preStop"} {
		handlerDefaults(tree.Child(tree.Child(c, "lifecycle"), name))
	}
}

var probes = []string{"livenessProbe", "readinessProbe", "startupProbe"}

// handlerDefaults completes the handler of a probe or a hook.
func handlerDefaults(handler object) {
	if get := tree.Child(handler, "httpGet"); get != nil {
		setDefault(get, "path", "/")
		setDefault(get, "scheme", "HTTP")
		setDefault(get, "port", int64(0))
	}
	if socket := tree.Child(handler, "tcpSocket"); socket != nil {
		setDefault(socket, "port", int64(0))
	}
	if rpc := tree.Child(handler, "grpc"); rpc != nil {
		setDefault(rpc, "service", "")
		setDefault(rpc, "port", int64(0))
	}
}

// requestsFromLimits makes limits requests where none are written.
func requestsFromLimits(c object) {
	resources := tree.Child(c, "resources")
	limits := tree.Child(resources, "limits")
	if len(limits) == 0 {
		return
	}
	requests := maps.Clone(limits)
	maps.Copy(requests, tree.Child(resources, "requests"))
	resources["requests"] = requests
}

// hostPorts gives ports on the host's network their own number there.
func hostPorts(c object) {
	ports := tree.List(c, "ports")
	for i := range ports {
		port := tree.Item(ports, i)
		if tree.Int(port, "hostPort") == 0 && tree.Int(port, "containerPort") != 0 {
			port["hostPort"] = port["containerPort"]
		}
	}
}

// nodeTolerations adds what the plugin DefaultTolerationSeconds adds.
func nodeTolerations(spec object) {
	list := tree.List(spec, "tolerations")
	for _, key := range []string{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"} {
		if !tolerates(list, key) {
			list = append(list, object{"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": int64(300)})
		}
	}
	spec["tolerations"] = list
}

func tolerates(list []any, key string) bool {
	for i := range list {
		t := tree.Item(list, i)
		k, effect := tree.Text(t, "key"), tree.Text(t, "effect")
		if (k == key || k == "") && (effect == "NoExecute" || effect == "") {
			return true
		}
	}
	return false
}

// volumeDefaults completes volumes.
func volumeDefaults(spec object) {
	volumes := tree.List(spec, "volumes")
	for i := range volumes {
		v := tree.Item(volumes, i)
		setDefault(v, "name", "")
		if len(v) == 1 {
			v["emptyDir"] = object{}
		}
		for _, kind := range []string{"secret", "configMap", "downwardAPI", "projected"} {
			if source := tree.Child(v, kind); source != nil {
				setDefault(source, "defaultMode", int64(420))
			}
		}
		if path := tree.Child(v, "hostPath"); path != nil {
			setDefault(path, "type", "")
		}
		itemDefaults(tree.Child(v, "downwardAPI"))
		sources := tree.List(tree.Child(v, "projected"), "sources")
		for j := range sources {
			source := tree.Item(sources, j)
			itemDefaults(tree.Child(source, "downwardAPI"))
			if token := tree.Child(source, "serviceAccountToken"); token != nil {
				setDefault(token, "expirationSeconds", int64(3600))
			}
		}
	}
}

func itemDefaults(downward object) {
	items := tree.List(downward, "items")
	for i := range items {
		fieldRefDefaults(tree.Item(items, i))
	}
}

func fieldRefDefaults(o object) {
	if ref := tree.Child(o, "fieldRef"); ref != nil {
		setDefault(ref, "apiVersion", "v1")
	}
}
