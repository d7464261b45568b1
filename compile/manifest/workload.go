package manifest

// WorkloadSpec is what is read of the spec of a Pod, or of a kind that makes Pods from a
// template (spec/inbound.md §1.5): Deployment, StatefulSet, DaemonSet, ReplicaSet,
// ReplicationController, Job and CronJob. Which fields are set depends on the kind;
// [Template] finds the one that matters.
type WorkloadSpec struct {
	PodSpec     `json:",inline"` // Pod
	Template    PodTemplate      `json:"template"`    // all others but CronJob
	JobTemplate JobTemplate      `json:"jobTemplate"` // CronJob
}

// JobTemplate is the template of a CronJob's Jobs.
type JobTemplate struct {
	Spec struct {
		Template PodTemplate `json:"template"`
	} `json:"spec"`
}

// A PodTemplate is the Pod that a workload makes. Labels and annotations of the workload
// itself never reach it.
type PodTemplate struct {
	Metadata PodMetadata `json:"metadata"`
	Spec     PodSpec     `json:"spec"`
}

// PodMetadata is what is read of a template's metadata.
type PodMetadata struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// PodSpec is what is read of a Pod's spec.
type PodSpec struct {
	HostNetwork    bool        `json:"hostNetwork"`
	InitContainers []Container `json:"initContainers"`
	Containers     []Container `json:"containers"`
}

// A Container is one of a Pod's containers, as far as ports and HTTP probes go.
type Container struct {
	Name           string          `json:"name"`
	Image          string          `json:"image"`
	Ports          []ContainerPort `json:"ports"`
	LivenessProbe  *Probe          `json:"livenessProbe"`
	ReadinessProbe *Probe          `json:"readinessProbe"`
	StartupProbe   *Probe          `json:"startupProbe"`
}

// A ContainerPort is a port that a container declares; an absent Protocol is TCP.
type ContainerPort struct {
	Name          string `json:"name"`
	ContainerPort int32  `json:"containerPort"`
	Protocol      string `json:"protocol"`
	HostIP        string `json:"hostIP"`
}

// A Probe is a health check; only HTTP ones matter to the inbound policy.
type Probe struct {
	HTTPGet *HTTPGet `json:"httpGet"`
}

// HTTPGet is an HTTP health check.
type HTTPGet struct {
	Path string `json:"path"`
	Port Port   `json:"port"`
}

// Template returns the Pod that a workload makes, and the field that holds it, relative to
// the object: "" for a Pod itself.
func Template(w *Object[WorkloadSpec]) (PodTemplate, string) {
	switch w.Kind {
	case "Pod":
		return PodTemplate{PodMetadata{w.Labels, w.Annotations}, w.Spec.PodSpec}, ""
	case "CronJob":
		return w.Spec.JobTemplate.Spec.Template, "spec.jobTemplate.spec.template"
	}
	return w.Spec.Template, "spec.template"
}

// A Pod is what a cluster would make of a workload: every Pod of a template is alike.
type Pod struct {
	Owner   Meta              // the workload: a Pod itself, or what owns it
	Field   string            // of the template in the owner; "" in a Pod
	Written map[string]string // annotations as the template has them; the rest came of the Namespace
	PodTemplate
}

// controlPlaneLabel says on a meshed Pod in which namespace its control plane is.
const controlPlaneLabel = "linkerd.io/control-plane-ns"

// Foreign reports whether a Pod names a control plane other than the mesh's.
func (p *Pod) Foreign(mesh Mesh) bool {
	return p.Metadata.Labels[controlPlaneLabel] != mesh.ControlPlaneNamespace
}

// ExternalWorkloadSpec is what is read of an ExternalWorkload.
type ExternalWorkloadSpec struct {
	MeshTLS     *MeshTLS               `json:"meshTLS"`
	Ports       []ExternalWorkloadPort `json:"ports"`
	WorkloadIPs []WorkloadIP           `json:"workloadIPs"`
}

// MeshTLS is an ExternalWorkload's identity; nil parts are absent.
type MeshTLS struct {
	Identity   *string `json:"identity"`
	ServerName *string `json:"serverName"`
}

// WorkloadIP is one address of an ExternalWorkload.
type WorkloadIP struct {
	IP *string `json:"ip"`
}

// ExternalWorkloadPort is a port that an ExternalWorkload declares.
type ExternalWorkloadPort struct {
	Name     string `json:"name"`
	Port     int64  `json:"port"`
	Protocol string `json:"protocol"`
}
