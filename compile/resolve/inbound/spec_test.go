package inbound

import (
	"strconv"
	"strings"
	"testing"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
)

// The cases of spec/inbound.md §10. Facts are written by [fact]; see there for the notation.
const fixtureW = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: x
        ports: [{name: http, containerPort: 8080}, {name: rpc, containerPort: 9090}]
        readinessProbe: {httpGet: {path: "/healthz?full=1", port: http}}
`

const fixtureS = `
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: web-http, namespace: shop, labels: {tier: front}}
spec: {podSelector: {matchLabels: {app: web}}, port: http, proxyProtocol: HTTP/1}
`

const ws = fixtureW + fixtureS

// edit replaces pieces of a text, each of which must be there.
func edit(t testing.TB, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("no %q in the fixture", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// chart is the mesh of the chart's defaults, which has probe networks.
func chart() manifest.Mesh {
	m := manifest.DefaultMesh()
	m.ProbeNetworks = []string{"0.0.0.0/0", "::/0"}
	return m
}

const (
	nets  = "0.0.0.0/0,::/0"
	cnets = "10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,fd00::/8"
	probe = "probe{GET exact /healthz | probe: any @ " + nets + "}"
)

// fact writes a table on one line: what it stands for, its protocol with routes and rate
// limit, and its authorizations.
//
//	server web-http http1[default probe{…}] <authorizations>
func fact(t ir.Inbound) string {
	s := metaText(t.Meta) + " " + t.Protocol.String()
	var routes []string
	for _, r := range t.Routes {
		routes = append(routes, routeText(r))
	}
	if routes != nil {
		s += "[" + strings.Join(routes, " ") + "]"
	}
	if t.RateLimit.Present {
		s += " limit " + limitText(t.RateLimit)
	}
	return s + authorizationTexts(t.Authorizations)
}

func metaText(m ir.Meta) string {
	if m.Default != "" {
		return "default " + m.Default
	}
	return m.Ref.Kind + " " + m.Ref.Name
}

func authorizationTexts(list []ir.Authorization) string {
	s := ""
	for _, a := range list {
		name := a.Meta.Default
		if name == "" {
			name = a.Meta.Ref.Kind + "/" + a.Meta.Ref.Name
		}
		s += " | " + name + ": " + clientsText(a.Clients) + " @ " + networksText(a.Networks)
	}
	return s
}

func clientsText(c ir.Clients) string {
	switch c.Kind {
	case ir.AnyClient:
		return "any"
	case ir.MeshedTLS:
		return "tls"
	}
	list := append([]string{}, c.Identities...)
	for _, s := range c.Suffixes {
		list = append(list, "*"+s)
	}
	return strings.Join(list, ",")
}

func networksText(list []ir.NetworkMatch) string {
	var out []string
	for _, n := range list {
		s := n.Net.String()
		for _, e := range n.Except {
			s += "-" + e.String()
		}
		out = append(out, s)
	}
	return strings.Join(out, ",")
}

func routeText(r ir.Route) string {
	name := r.Meta.Default
	if name == "" {
		name = map[string]string{"policy.linkerd.io": "p/", "gateway.networking.k8s.io": "g/"}[r.Meta.Ref.Group] + r.Meta.Ref.Kind + "/" + r.Meta.Ref.Name
	}
	if name == "default" && len(r.Hosts)+len(r.Authorizations) == 0 {
		return name
	}
	var parts []string
	for _, h := range r.Hosts {
		parts = append(parts, "host "+h.String())
	}
	for _, rule := range r.Rules {
		parts = append(parts, ruleText(rule))
	}
	return name + "{" + strings.Join(parts, "; ") + authorizationTexts(r.Authorizations) + "}"
}

func ruleText(r ir.Rule) string {
	var matches []string
	for _, m := range r.Matches {
		var c []string
		if m.Method != "" {
			c = append(c, m.Method)
		}
		if m.Path.Kind != ir.PathAny {
			c = append(c, m.Path.String())
		}
		if m.RPC.Present {
			c = append(c, "rpc "+m.RPC.Service+"/"+m.RPC.Method)
		}
		for _, h := range m.Headers {
			c = append(c, "header "+h.Name+"="+h.Value)
		}
		for _, q := range m.Query {
			c = append(c, "query "+q.Name+"="+q.Value)
		}
		matches = append(matches, strings.Join(c, " "))
	}
	s := strings.Join(matches, " or ")
	for _, f := range r.Filters {
		switch f := f.(type) {
		case ir.ModifyHeaders:
			s += " modify"
			for _, h := range f.Set {
				s += " " + h.Name + "=" + h.Value
			}
		case ir.Redirect:
			s += " redirect " + f.Scheme + " " + f.Path.Value + " " + itoa(f.Status)
		}
	}
	return s
}

func limitText(l ir.RateLimit) string {
	s := l.Meta.Ref.Name
	if l.Total.Set {
		s += " total " + itoa(l.Total.RPS)
	}
	if l.Identity.Set {
		s += " identity " + itoa(l.Identity.RPS)
	}
	for _, o := range l.Overrides {
		s += " " + itoa(o.RPS) + " for " + strings.Join(o.Identities, ",")
	}
	return s
}

func itoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// A specCase says what ports of a workload of namespace shop are told, or the error; the
// workload is web unless pod names another.
type specCase struct {
	name  string
	text  string
	mesh  func(*manifest.Mesh)
	pod   string
	ports map[uint32]string
}

func runSpec(t *testing.T, cases []specCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			mesh := chart()
			if c.mesh != nil {
				c.mesh(&mesh)
			}
			w := build(t, c.text, mesh, nil)
			pod := c.pod
			if pod == "" {
				pod = "web"
			}
			for port, want := range c.ports {
				got := ""
				table, err := w.program.Inbound("shop", pod, port)
				if err != nil {
					got = err.Error()
				} else {
					got = fact(table)
				}
				if got != want {
					t.Errorf("port %d:\n got  %s\n want %s", port, got, want)
				}
			}
		})
	}
}

const notFound = "NotFound: unknown server"
