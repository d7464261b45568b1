package decode

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"routec.dev/routec/compile/manifest"
)

// typed says where each kind goes in a set. Versions play no part: admission has made each
// object what its storage version holds.
var typed = map[GroupKind]func(*manifest.Set, manifest.Meta, []byte) error{
	{manifest.CoreGroup, "Namespace"}: func(s *manifest.Set, m manifest.Meta, _ []byte) error {
		s.Namespaces = append(s.Namespaces, m)
		return nil
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

// into returns a func that reads a spec and appends the object to a list of the set.
func into[T any](list func(*manifest.Set) *[]manifest.Object[T]) func(*manifest.Set, manifest.Meta, []byte) error {
	return func(s *manifest.Set, m manifest.Meta, spec []byte) error {
		o := manifest.Object[T]{Meta: m}
		if err := json.Unmarshal(spec, &o.Spec); err != nil {
			return err
		}
		to := list(s)
		*to = append(*to, o)
		return nil
	}
}

// Typed adds an object, as admission stored it, to a set. An error means that the
// controllers could not decode it either: they do not see such an object.
func Typed(set *manifest.Set, u manifest.Unstructured) error {
	add, ok := typed[GroupKind{u.Group, u.Kind}]
	if !ok {
		return nil
	}
	meta, err := meta(u)
	if err != nil {
		return err
	}
	spec := []byte("{}")
	if u.Content["spec"] != nil {
		if spec, err = json.Marshal(u.Content["spec"]); err != nil {
			return fmt.Errorf("encode spec: %w", err)
		}
	}
	if err := add(set, meta, spec); err != nil {
		return fmt.Errorf("decode spec: %w", err)
	}
	return nil
}

func meta(u manifest.Unstructured) (manifest.Meta, error) {
	m := manifest.Meta{Identity: u.Identity, Place: u.Place}
	fields, _ := u.Content["metadata"].(map[string]any)
	m.Labels = texts(fields["labels"])
	m.Annotations = texts(fields["annotations"])
	if at, _ := fields["creationTimestamp"].(string); at != "" {
		created, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return m, fmt.Errorf("metadata.creationTimestamp: %w", err)
		}
		m.Created = created.UTC()
	}
	return m, nil
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

// Join appends the objects of another set.
func Join(s, other *manifest.Set) {
	s.Namespaces = append(s.Namespaces, other.Namespaces...)
	s.Services = append(s.Services, other.Services...)
	s.EgressNetworks = append(s.EgressNetworks, other.EgressNetworks...)
	s.HTTPRoutes = append(s.HTTPRoutes, other.HTTPRoutes...)
	s.GRPCRoutes = append(s.GRPCRoutes, other.GRPCRoutes...)
	s.TLSRoutes = append(s.TLSRoutes, other.TLSRoutes...)
	s.TCPRoutes = append(s.TCPRoutes, other.TCPRoutes...)
	s.ServiceProfiles = append(s.ServiceProfiles, other.ServiceProfiles...)
	s.Workloads = append(s.Workloads, other.Workloads...)
	s.ExternalWorkloads = append(s.ExternalWorkloads, other.ExternalWorkloads...)
	s.Servers = append(s.Servers, other.Servers...)
	s.ServerAuthorizations = append(s.ServerAuthorizations, other.ServerAuthorizations...)
	s.AuthorizationPolicies = append(s.AuthorizationPolicies, other.AuthorizationPolicies...)
	s.MeshTLSAuthentications = append(s.MeshTLSAuthentications, other.MeshTLSAuthentications...)
	s.NetworkAuthentications = append(s.NetworkAuthentications, other.NetworkAuthentications...)
	s.HTTPLocalRateLimitPolicies = append(s.HTTPLocalRateLimitPolicies, other.HTTPLocalRateLimitPolicies...)
}
