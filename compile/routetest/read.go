package routetest

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// version is the one version of the RouteTest kind.
const version = "v1alpha1"

// Read reads the tests of a document. A test with a mistake is left out, and the report says
// why.
func Read(u manifest.Unstructured, report *diag.Report) []Test {
	d := &document{reader: reader{object: u.Identity.String(), report: report, ok: true}, namespace: u.Namespace}
	d.name = u.Name
	if u.Namespace != "" {
		d.name = u.Namespace + "/" + u.Name
	}
	if u.Version != version {
		d.bad(u.Place.Sub("apiVersion"), "write apiVersion: routec.dev/"+version, "%s of RouteTest is not known", u.Version)
	}
	if u.Name == "" {
		d.bad(u.Place.Sub("metadata"), "write metadata: {name: checkout}, for example", "a RouteTest needs a name")
	}
	skip := func(source.Place, any) {}
	d.fields(u.Place, u.Content, "a RouteTest", []field{
		{"apiVersion", skip}, {"kind", skip}, {"metadata", skip}, {"spec", d.spec},
	})
	if u.Content["spec"] == nil {
		d.bad(u.Place, "write spec: {tests: [...]}", "a RouteTest needs a spec")
	}
	return d.tests
}

// A document is a RouteTest that is read.
type document struct {
	reader
	name, namespace string
	from            Client
	tests           []Test
}

func (d *document) spec(at source.Place, v any) {
	var t Test
	object, _ := v.(map[string]any)
	_, many := object["tests"]
	list := []field{{"from", d.client(&d.from)}, {"tests", func(source.Place, any) {}}}
	if many {
		d.fields(at, v, "the spec of many tests", list)
		names := map[string]bool{}
		d.each(at.Sub("tests"), object["tests"], "tests", func(at source.Place, v any) { d.test(at, v, names) })
		return
	}
	t.Document, t.Place = d.name, at
	d.fields(at, v, "the spec of a test", append(list, d.parts(&t)...))
	d.finish(&t)
}

func (d *document) parts(t *Test) []field {
	return []field{
		{"request", func(at source.Place, v any) { d.request(&t.Request, at, v) }},
		{"expect", func(at source.Place, v any) { d.expect(&t.Expect, at, v) }},
	}
}

// test reads one of many tests. A mistake in one leaves the others alone.
func (d *document) test(at source.Place, v any, names map[string]bool) {
	d.ok = true
	t := Test{Document: d.name, Place: at}
	d.fields(at, v, "a test", append([]field{{"name", d.text(&t.Name, "a name")}, {"from", d.client(&t.Client)}}, d.parts(&t)...))
	if names[t.Name] && t.Name != "" {
		d.bad(at.Sub("name"), "give each test a name of its own", "two tests of the document are named %q", t.Name)
	}
	names[t.Name] = true
	if t.Name == "" && d.ok {
		d.bad(at, "write name: what is expected, in a few words", "a test of many needs a name")
	}
	d.finish(&t)
}

// finish checks what depends on several fields, and keeps the test.
func (d *document) finish(t *Test) {
	if !t.Client.Set {
		t.Client = d.from
	}
	t.Client.Namespace = cmp.Or(t.Client.Namespace, d.from.Namespace, d.namespace)
	if t.Request.Place.Doc == nil && d.ok {
		d.bad(t.Place, "write request: {method: GET, url: http://HOST:PORT/PATH}, for example", "a test needs a request")
	}
	if t.Expect.Place.Doc == nil && d.ok {
		d.bad(t.Place, "write expect: {backends: [...]} or expect: {status: 404}, for example", "a test needs to expect something")
	}
	if d.ok {
		d.applicable(t)
	}
	if d.ok {
		d.tests = append(d.tests, *t)
	}
}

// applicable finds expectations that no such request can meet.
func (d *document) applicable(t *Test) {
	e := &t.Expect
	inbound := t.Request.Inbound()
	for _, x := range []struct {
		field   string
		set     bool
		inbound bool
	}{
		{"allowed", e.Allowed != nil, true}, {"authorization", e.Authorization != nil, true},
		{"backends", e.Any, false}, {"governedBy", e.GovernedBy != nil, false}, {"retries", e.Retries != nil, false},
		{"timeout", e.Timeout != nil, false}, {"responseTimeout", e.ResponseTimeout != nil, false},
		{"idleTimeout", e.IdleTimeout != nil, false}, {"responseHeaders", e.Response != nil, false},
	} {
		if !x.set || x.inbound == inbound {
			continue
		}
		who := "the proxy of a client: write to or a URL in place of request.workload"
		if x.inbound {
			who = "the proxy of a workload: write request.workload and request.port"
		}
		d.bad(e.Place.Sub(x.field), "leave it out, or ask "+who, "%s cannot be expected of this request", x.field)
	}
}

// client reads who sends the request: a namespace, or more.
func (d *document) client(to *Client) func(source.Place, any) {
	return func(at source.Place, v any) {
		to.Set = true
		if s, ok := v.(string); ok {
			to.Namespace = s
			return
		}
		var meshed *bool
		d.fields(at, v, "from", []field{
			{"namespace", d.text(&to.Namespace, "a namespace")},
			{"ip", func(at source.Place, v any) {
				s, _ := v.(string)
				ip, err := netip.ParseAddr(s)
				if err != nil {
					d.bad(at, "write ip: 10.0.0.1, for example", "%s is no IP address", diag.Describe(v))
				}
				to.IP = ip
			}},
			{"identity", d.text(&to.Identity, "the name of an identity")},
			{"meshed", d.truth(&meshed)},
		})
		to.Meshed = to.Identity != ""
		if meshed != nil {
			to.Meshed = *meshed
			if !*meshed && to.Identity != "" {
				d.bad(at.Sub("meshed"), "leave one of them out", "a client that is not meshed has no identity")
			}
		}
	}
}

// headers reads NAME: VALUE, NAME: [VALUE, VALUE] or, where absent may be said, NAME: null.
func (d *document) headers(at source.Place, v any, absent bool) []Header {
	object, ok := v.(map[string]any)
	if !ok {
		d.bad(at, "write headers: {NAME: VALUE}", "headers are %s, where names with values are wanted", diag.Describe(v))
		return nil
	}
	out := []Header{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		at := at.Sub(step(name))
		if !isToken(name) {
			d.bad(at, "write the name without blanks and the colon outside of it", "%q is no name of a header", name)
			continue
		}
		h := Header{Name: strings.ToLower(name), Place: at}
		switch v := object[name].(type) {
		case nil:
			if !absent {
				d.bad(at, "leave it out", "the header %s has no value", name)
			}
		case []any:
			for _, v := range v {
				h.Values = append(h.Values, d.value(at, v))
			}
		default:
			h.Values = []string{d.value(at, v)}
		}
		out = append(out, h)
	}
	return out
}

// value reads a header's value; YAML takes some for numbers or truth values.
func (d *document) value(at source.Place, v any) string {
	switch v := v.(type) {
	case string:
		if strings.ContainsAny(v, "\r\n\x00") {
			d.bad(at, "write it on one line", "a header's value cannot hold %q", v)
		}
		return v
	case int64, bool:
		return fmt.Sprint(v)
	}
	d.bad(at, "write the value in quotes", "a header's value is wanted here, not %s", diag.Describe(v))
	return ""
}

// isToken reports whether s can name a header: a token of RFC 9110.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0) {
			return false
		}
	}
	return s != ""
}

// Destination reads HOST:PORT.
func Destination(s string) (eval.Destination, error) {
	if strings.Contains(s, "://") {
		return eval.Destination{}, fmt.Errorf("%q is a URL, where HOST:PORT is wanted", s)
	}
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return eval.Destination{}, fmt.Errorf("%q has no port: HOST:PORT is wanted", s)
	}
	port, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil || port == 0 {
		return eval.Destination{}, fmt.Errorf("%q: port %q is not a number from 1 to 65535", s, s[i+1:])
	}
	return eval.Destination{Host: strings.Trim(s[:i], "[]"), Port: uint16(port)}, nil
}

var sides = [...]ir.Side{ir.ByPolicy, ir.ByProfile, ir.ByNobody}
