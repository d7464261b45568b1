package inbound

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// detectTimeout is compiled into the controller.
var detectTimeout = ir.Duration{Seconds: 10}

// protocols maps the values of proxyProtocol, exactly as they must be spelled.
var protocols = map[string]ir.Protocol{
	"unknown": ir.Detect, "HTTP/1": ir.HTTP1, "HTTP/2": ir.HTTP2, "gRPC": ir.GRPC, "opaque": ir.Opaque, "TLS": ir.TLS,
}

// A serverState is a Server that the controller can read.
type serverState struct {
	meta     *manifest.Meta
	selector *manifest.LabelSelector
	external bool // it selects ExternalWorkloads, not Pods
	port     manifest.Port
	protocol ir.Protocol
	mode     string // accessPolicy, if it is one

	// What it gives to the ports that it wins; filled by Resolve.
	authorizations []ir.Authorization
	routes         []ir.Route // none: the default routes
	rateLimit      ir.RateLimit
	decidedBy      []ir.Origin
	uncovered      bool // that its routes leave probes out has been reported
	excused        bool // why it selects nothing has been reported
}

// readServers keeps the readable Servers, each namespace's in order of precedence: older
// first, one without a creation time before all others, then by name (spec/inbound.md §2.3).
func (c *Cluster) readServers() {
	for i := range c.set.Servers {
		o := &c.set.Servers[i]
		if s, bad := readServer(o); bad != nil {
			c.complain(diag.ServerUnreadable, diag.Error, &o.Meta, bad.field,
				bad.why+"; the policy controller cannot read this Server and serves its ports as if it were not there", serverHelp(bad.field))
		} else {
			c.servers = append(c.servers, s)
		}
	}
	slices.SortStableFunc(c.servers, func(a, b serverState) int {
		return cmp.Or(
			cmp.Compare(a.meta.Namespace, b.meta.Namespace),
			a.meta.Created.Compare(b.meta.Created), // the zero time, absent, comes first
			cmp.Compare(a.meta.Name, b.meta.Name),
		)
	})
	labels := map[string][]map[string]string{}
	for i := range c.servers {
		s := &c.servers[i]
		c.lintServer(s)
		c.byName[name{s.meta.Namespace, s.meta.Name}] = i
		sp := c.space(s.meta.Namespace)
		sp.servers = append(sp.servers, i)
		labels[s.meta.Namespace] = append(labels[s.meta.Namespace], s.meta.Labels)
	}
	for ns, list := range labels {
		c.space(ns).serverLabels = newLabelIndex(list)
	}
}

func (c *Cluster) space(namespace string) *space {
	sp := c.spaces[namespace]
	if sp == nil {
		sp = &space{}
		c.spaces[namespace] = sp
	}
	return sp
}

func readServer(o *manifest.Object[manifest.ServerSpec]) (serverState, *unreadable) {
	s := serverState{meta: &o.Meta, selector: o.Spec.PodSelector}
	if o.Spec.ExternalWorkloadSelector != nil { // of two, the first in the stored order
		s.selector, s.external = o.Spec.ExternalWorkloadSelector, true
	}
	if s.selector == nil {
		return s, &unreadable{"spec", "it has neither podSelector nor externalWorkloadSelector"}
	}
	if o.Spec.Port == nil {
		return s, &unreadable{"spec", "it has no port"}
	}
	s.port = *o.Spec.Port
	if !s.port.Named && (s.port.Number < 1 || s.port.Number > 65535) {
		return s, &unreadable{"spec.port", fmt.Sprintf("%d is not a port number", s.port.Number)}
	}
	if o.Spec.ProxyProtocol != nil {
		protocol, ok := protocols[*o.Spec.ProxyProtocol]
		if !ok {
			return s, &unreadable{"spec.proxyProtocol", fmt.Sprintf("%q is not a proxyProtocol", *o.Spec.ProxyProtocol)}
		}
		s.protocol = protocol
	}
	if p := o.Spec.AccessPolicy; p != nil {
		s.mode = *p
	}
	return s, nil
}

func serverHelp(field string) string {
	switch field {
	case "spec.proxyProtocol":
		return "write one of unknown, HTTP/1, HTTP/2, gRPC, opaque, TLS, spelled like this"
	case "spec.port":
		return "write a port from 1 to 65535, or the name of a port"
	}
	return "add podSelector or externalWorkloadSelector, and port"
}

// lintServer reports what the controller takes from a Server otherwise than it reads.
func (c *Cluster) lintServer(s *serverState) {
	if s.mode != "" && !slices.Contains(modes, s.mode) {
		c.complain(diag.AccessPolicyUnknown, diag.Error, s.meta, "spec.accessPolicy",
			fmt.Sprintf("%q is not an access policy; it counts as deny", s.mode), "write one of "+strings.Join(modes, ", "))
	}
	field := "spec.podSelector"
	if s.external {
		field = "spec.externalWorkloadSelector"
	}
	s.excused = c.lintSelector(s.meta, s.selector, field)
}

// perPod are labels that controllers add to each Pod, with values that only a cluster knows.
var perPod = []string{
	"pod-template-hash", "controller-revision-hash", "pod-template-generation",
	"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
	"controller-uid", "job-name", "batch.kubernetes.io/controller-uid",
	"batch.kubernetes.io/job-name", "batch.kubernetes.io/job-completion-index",
}

// lintSelector reports what keeps a selector from selecting, or from being known to; found
// says that there is such a thing.
func (c *Cluster) lintSelector(m *manifest.Meta, s *manifest.LabelSelector, field string) (found bool) {
	for _, key := range perPod {
		if _, ok := s.MatchLabels[key]; ok {
			c.unknowable(m, field+".matchLabels["+key+"]", key)
			found = true
		}
	}
	for i, e := range s.MatchExpressions {
		at := index(field+".matchExpressions", i)
		if slices.Contains(perPod, e.Key) {
			c.unknowable(m, at+".key", e.Key)
			found = true
		}
		if why, help := neverTrue(e); why != "" {
			c.complain(diag.SelectorNeverTrue, diag.Warning, m, at, why+", so this selector selects nothing", help)
			found = true
		}
	}
	return found
}

// neverTrue says why no labels satisfy an expression; "" if some do.
func neverTrue(e manifest.LabelExpression) (why, help string) {
	switch {
	case illegal(e) && e.Values == nil:
		return "the operator " + e.Operator + " without values is never true", "add values"
	case illegal(e):
		return "the operator " + e.Operator + " with values, even an empty list, is never true", "remove values"
	case e.Operator == "In" && len(e.Values) == 0:
		return "no value is in an empty list", "add values"
	}
	return "", ""
}

func (c *Cluster) unknowable(m *manifest.Meta, field, key string) {
	c.complain(diag.SelectorUnknowable, diag.Warning, m, field,
		"the label "+key+" is added by the cluster, Pod by Pod; here no Pod has it, so what this selects may differ from the cluster", "select on a label of the template")
}
