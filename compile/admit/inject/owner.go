package inject

import (
	"slices"

	"routec.dev/routec/compile/manifest"
)

// owner returns what the webhook takes for the owner of a Pod: what its template lies in,
// or the one object that a bare Pod names. A Job or ReplicaSet is followed one step further,
// to its own owner, where manifests name one: only dumps of a cluster do.
func (in *injector) owner(pod *manifest.Pod) manifest.Owner {
	direct := manifest.Owner{Kind: pod.Owner.Kind, Name: pod.Owner.Name}
	above := pod.Owner.Owners
	if direct.Kind == "Pod" {
		if len(above) != 1 {
			return manifest.Owner{}
		}
		direct = above[0]
		above = in.owners[ownedObject{pod.Owner.Namespace, direct}]
	}
	if len(above) != 1 {
		return direct
	}
	switch direct.Kind {
	case "Job":
		return above[0]
	case "ReplicaSet":
		if slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet", "Job"}, above[0].Kind) {
			return above[0]
		}
	}
	return direct
}

// ownedObject is a workload by namespace, kind and name.
type ownedObject struct {
	namespace string
	object    manifest.Owner
}

// ownersOf collects the owners of the workloads that have any.
func ownersOf(workloads []manifest.Object[manifest.WorkloadSpec]) map[ownedObject][]manifest.Owner {
	out := map[ownedObject][]manifest.Owner{}
	for i := range workloads {
		w := &workloads[i]
		if len(w.Owners) > 0 {
			out[ownedObject{w.Namespace, manifest.Owner{Kind: w.Kind, Name: w.Name}}] = w.Owners
		}
	}
	return out
}
