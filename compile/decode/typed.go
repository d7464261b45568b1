package decode

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"routec.dev/routec/compile/manifest"
)

// typed says where each kind goes in a set. Versions play no part: admission has made each
// object what its storage version holds.
var typed = map[GroupKind]func(*assigner, manifest.Meta, any) (Adder, error){
	{manifest.CoreGroup, "Namespace"}: func(_ *assigner, m manifest.Meta, _ any) (Adder, error) {
		return func(s *manifest.Set) { s.Namespaces = append(s.Namespaces, m) }, nil
	},
	{manifest.CoreGroup, "Service"}:         into(func(s *manifest.Set) *[]manifest.Object[manifest.ServiceSpec] { return &s.Services }),
	{manifest.PolicyGroup, "EgressNetwork"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.EgressNetworkSpec] { return &s.EgressNetworks }),
	{manifest.PolicyGroup, "HTTPRoute"}:     into(func(s *manifest.Set) *[]manifest.Object[manifest.HTTPRouteSpec] { return &s.HTTPRoutes }),
	{manifest.GatewayGroup, "HTTPRoute"}:    into(func(s *manifest.Set) *[]manifest.Object[manifest.HTTPRouteSpec] { return &s.HTTPRoutes }),
	{manifest.GatewayGroup, "GRPCRoute"}:    into(func(s *manifest.Set) *[]manifest.Object[manifest.GRPCRouteSpec] { return &s.GRPCRoutes }),
	{manifest.GatewayGroup, "TLSRoute"}:     into(func(s *manifest.Set) *[]manifest.Object[manifest.TLSRouteSpec] { return &s.TLSRoutes }),
	{manifest.GatewayGroup, "TCPRoute"}:     into(func(s *manifest.Set) *[]manifest.Object[manifest.TCPRouteSpec] { return &s.TCPRoutes }),
	{manifest.ProfileGroup, "ServiceProfile"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.StoredProfile] {
		return &s.ServiceProfiles
	}),
	{manifest.CoreGroup, "Pod"}:                   into(workloads),
	{manifest.CoreGroup, "ReplicationController"}: into(workloads),
	{"apps", "Deployment"}:                        into(workloads),
	{"apps", "StatefulSet"}:                       into(workloads),
	{"apps", "DaemonSet"}:                         into(workloads),
	{"apps", "ReplicaSet"}:                        into(workloads),
	{"batch", "Job"}:                              into(workloads),
	{"batch", "CronJob"}:                          into(workloads),
	{manifest.WorkloadGroup, "ExternalWorkload"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.ExternalWorkloadSpec] {
		return &s.ExternalWorkloads
	}),
	{manifest.PolicyGroup, "Server"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.ServerSpec] { return &s.Servers }),
	{manifest.PolicyGroup, "ServerAuthorization"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.ServerAuthorizationSpec] {
		return &s.ServerAuthorizations
	}),
	{manifest.PolicyGroup, "AuthorizationPolicy"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.AuthorizationPolicySpec] {
		return &s.AuthorizationPolicies
	}),
	{manifest.PolicyGroup, "MeshTLSAuthentication"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.MeshTLSAuthenticationSpec] {
		return &s.MeshTLSAuthentications
	}),
	{manifest.PolicyGroup, "NetworkAuthentication"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.NetworkAuthenticationSpec] {
		return &s.NetworkAuthentications
	}),
	{manifest.PolicyGroup, "HTTPLocalRateLimitPolicy"}: into(func(s *manifest.Set) *[]manifest.Object[manifest.HTTPLocalRateLimitPolicySpec] {
		return &s.HTTPLocalRateLimitPolicies
	}),
}

func workloads(s *manifest.Set) *[]manifest.Object[manifest.WorkloadSpec] { return &s.Workloads }

// An Adder puts one typed object into a set.
type Adder func(*manifest.Set)

// into returns a func that reads a spec, for objects of one list of the set.
func into[T any](list func(*manifest.Set) *[]manifest.Object[T]) func(*assigner, manifest.Meta, any) (Adder, error) {
	return func(a *assigner, m manifest.Meta, spec any) (Adder, error) {
		o := manifest.Object[T]{Meta: m}
		if err := a.assign(reflect.ValueOf(&o.Spec), spec, "spec"); err != nil {
			return nil, err
		}
		return func(s *manifest.Set) {
			to := list(s)
			*to = append(*to, o)
		}, nil
	}
}

// Typed adds an object, as admission stored it, to a set, with the errors of [Reader.Read].
func Typed(set *manifest.Set, u manifest.Unstructured) error {
	add, err := new(Reader).Read(u)
	if add != nil {
		add(set)
	}
	return err
}

// A Reader makes typed objects. The zero Reader is ready; it learns the types that it meets,
// and is safe for concurrent use.
type Reader struct{ assigner assigner }

// Read makes a typed object of one that admission stored. The result is nil for a kind that
// no set holds. An error means that the controllers could not decode it either: they do not
// see such an object.
func (r *Reader) Read(u manifest.Unstructured) (Adder, error) {
	read, ok := typed[GroupKind{u.Group, u.Kind}]
	if !ok {
		return nil, nil
	}
	meta, err := meta(u)
	if err != nil {
		return nil, err
	}
	spec := u.Content["spec"]
	if spec == nil {
		spec = map[string]any{}
	}
	return read(&r.assigner, meta, spec)
}

func meta(u manifest.Unstructured) (manifest.Meta, error) {
	m := manifest.Meta{Identity: u.Identity, Place: u.Place}
	fields, _ := u.Content["metadata"].(map[string]any)
	m.Labels = texts(fields["labels"])
	m.Annotations = texts(fields["annotations"])
	m.Owners = owners(fields["ownerReferences"])
	if at, _ := fields["creationTimestamp"].(string); at != "" {
		created, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return m, fmt.Errorf("metadata.creationTimestamp: %w", err)
		}
		m.Created = created.UTC()
	}
	return m, nil
}

// owners reads ownerReferences; admission refuses what is none.
func owners(v any) []manifest.Owner {
	list, _ := v.([]any)
	var out []manifest.Owner
	for _, item := range list {
		fields, _ := item.(map[string]any)
		kind, _ := fields["kind"].(string)
		name, _ := fields["name"].(string)
		out = append(out, manifest.Owner{Kind: kind, Name: name})
	}
	return out
}

// texts reads a map of texts; admission refuses any other value in one.
func texts(v any) map[string]string {
	fields, _ := v.(map[string]any)
	if len(fields) == 0 {
		return nil
	}
	out := make(map[string]string, len(fields))
	for k, v := range fields {
		out[k], _ = v.(string)
	}
	return out
}

// Sort puts every list of a set into its one order: namespace, name, group, kind.
func Sort(s *manifest.Set) {
	slices.SortFunc(s.Namespaces, func(a, b manifest.Meta) int { return compareMeta(&a, &b) })
	sortObjects(s.Services)
	sortObjects(s.EgressNetworks)
	sortObjects(s.HTTPRoutes)
	sortObjects(s.GRPCRoutes)
	sortObjects(s.TLSRoutes)
	sortObjects(s.TCPRoutes)
	sortObjects(s.ServiceProfiles)
	sortObjects(s.Workloads)
	sortObjects(s.ExternalWorkloads)
	sortObjects(s.Servers)
	sortObjects(s.ServerAuthorizations)
	sortObjects(s.AuthorizationPolicies)
	sortObjects(s.MeshTLSAuthentications)
	sortObjects(s.NetworkAuthentications)
	sortObjects(s.HTTPLocalRateLimitPolicies)
}

func sortObjects[T any](list []manifest.Object[T]) {
	slices.SortFunc(list, func(a, b manifest.Object[T]) int { return compareMeta(&a.Meta, &b.Meta) })
}

func compareMeta(a, b *manifest.Meta) int {
	return cmp.Or(
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Group, b.Group),
		cmp.Compare(a.Kind, b.Kind),
	)
}
