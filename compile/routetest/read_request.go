package routetest

import (
	"net/netip"
	"strings"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// A requestText is a request as written.
type requestText struct {
	method, url, grpc, to, protocol, serverName string
	workload, external                          string
	port                                        uint16
	headers                                     []Header
}

var protocols = []string{"http1", "http2", "tls", "opaque"}

// request reads a request. It says nothing of what is at the destination: a request to a
// Service that does not exist is a test that fails.
func (d *document) request(to *Request, at source.Place, v any) {
	var t requestText
	d.fields(at, v, "request", []field{
		{"method", d.text(&t.method, "an HTTP method")},
		{"url", d.text(&t.url, "a URL such as http://smiley.faces:50051/path")},
		{"grpc", d.text(&t.grpc, "a gRPC method such as faces.Smiley/Center")},
		{"to", d.text(&t.to, "HOST:PORT")},
		{"headers", func(at source.Place, v any) { t.headers = d.headers(at, v, false) }},
		{"protocol", d.choice(protocols, func(i int) { t.protocol = protocols[i] })},
		{"serverName", d.text(&t.serverName, "a DNS name")},
		{"workload", d.text(&t.workload, "NAMESPACE/NAME")},
		{"externalWorkload", d.text(&t.external, "NAMESPACE/NAME")},
		{"port", d.port(&t.port)},
	})
	to.Place, to.ToPlace = at, at
	if !d.ok {
		return
	}
	d.inbound(to, &t, at)
	d.goal(to, &t, at)
	d.call(to, &t, at)
}

// inbound reads whose proxy is asked, if it is a workload's.
func (d *document) inbound(to *Request, t *requestText, at source.Place) {
	field, name := "workload", t.workload
	if t.external != "" {
		field, name, to.Workload.External = "externalWorkload", t.external, true
	}
	if name == "" {
		if t.port != 0 {
			d.bad(at.Sub("port"), "write to: HOST:PORT, or the port in the URL", "port belongs to workload")
		}
		return
	}
	namespace, name, ok := strings.Cut(name, "/")
	if !ok {
		namespace, name = d.namespace, namespace
	}
	to.Workload.Namespace, to.Workload.Name, to.Port, to.ToPlace = namespace, name, t.port, at.Sub(field)
	switch {
	case t.workload != "" && t.external != "":
		d.bad(at.Sub("externalWorkload"), "write one of them", "workload and externalWorkload exclude each other")
	case t.port == 0:
		d.bad(at, "write port: 8080, for example", "a request to a workload needs a port")
	case t.to != "":
		d.bad(at.Sub("to"), "write one of them", "to and %s exclude each other", field)
	}
}

// goal reads where the client connects to, if that is not where the URL says.
func (d *document) goal(to *Request, t *requestText, at source.Place) {
	if t.to == "" {
		return
	}
	dest, err := Destination(t.to)
	if err != nil {
		d.bad(at.Sub("to"), `write to: "smiley.faces:50051", for example`, "%v", err)
		return
	}
	to.To, to.ToPlace = &dest, at.Sub("to")
}

// call reads what the connection carries.
func (d *document) call(to *Request, t *requestText, at source.Place) {
	if !d.ok {
		return
	}
	headers := make([]ir.Header, 0, len(t.headers))
	for _, h := range t.headers {
		for _, v := range h.Values {
			headers = append(headers, ir.Header{Name: h.Name, Value: v})
		}
	}
	switch t.protocol {
	case "tls", "opaque":
		d.connection(to, t, at)
		return
	}
	switch {
	case t.serverName != "":
		d.bad(at.Sub("serverName"), "write protocol: tls, too", "serverName belongs to connections by TLS")
	case t.grpc != "" && t.url != "":
		d.bad(at.Sub("grpc"), "write one of them", "url and grpc exclude each other")
	case t.grpc != "":
		d.grpc(to, t, headers, at)
	case t.url == "":
		d.bad(at, "write url: http://HOST:PORT/PATH, or grpc: SERVICE/METHOD with to: HOST:PORT", "the request says neither url nor grpc")
	default:
		to.Call = eval.Call{Method: t.method, URL: d.absolute(to, t), Headers: headers}
		to.Call.Version = map[string]eval.Version{"http1": eval.HTTP1, "http2": eval.HTTP2}[t.protocol]
		if to.To == nil && !to.Inbound() {
			to.ToPlace = at.Sub("url")
		}
		d.sound(to.Call, at, "url")
	}
}

// absolute completes a URL that is a path alone by where it is sent.
func (d *document) absolute(to *Request, t *requestText) string {
	if !strings.HasPrefix(t.url, "/") {
		return t.url
	}
	switch {
	case to.To != nil:
		return "http://" + t.to + t.url
	case to.Inbound():
		return "http://" + to.Workload.Name + t.url
	}
	return t.url
}

func (d *document) grpc(to *Request, t *requestText, headers []ir.Header, at source.Place) {
	service, method, ok := strings.Cut(strings.TrimPrefix(t.grpc, "/"), "/")
	if !ok || service == "" || method == "" {
		d.bad(at.Sub("grpc"), "write grpc: faces.Smiley/Center, for example", "%q is not SERVICE/METHOD", t.grpc)
		return
	}
	authority := t.to
	switch {
	case t.method != "":
		d.bad(at.Sub("method"), "leave it out", "the HTTP method of a gRPC call is POST")
	case authority == "" && !to.Inbound():
		d.bad(at, `write to: "smiley.faces:50051", for example`, "a gRPC call needs to say where to")
	case authority == "":
		authority = to.Workload.Name
	}
	to.Call = eval.GRPC(authority, t.grpc, headers)
	d.sound(to.Call, at, "grpc")
}

func (d *document) connection(to *Request, t *requestText, at source.Place) {
	switch {
	case t.url != "" || t.grpc != "" || t.method != "" || len(t.headers) > 0:
		d.bad(at.Sub("protocol"), "leave out url, grpc, method and headers", "the proxy reads no HTTP in a connection by %s", t.protocol)
	case to.To == nil && !to.Inbound():
		d.bad(at, `write to: "db.prod:5432", for example`, "a connection needs to say where to")
	}
	to.Protocol, to.ServerName = Opaque, t.serverName
	if t.protocol == "tls" {
		to.Protocol = TLS
		if to.ServerName == "" && to.To != nil {
			to.ServerName = to.To.Host
		}
	} else if t.serverName != "" {
		d.bad(at.Sub("serverName"), "write protocol: tls", "serverName belongs to connections by TLS")
	}
}

// sound finds what no client could send.
func (d *document) sound(call eval.Call, at source.Place, field string) {
	if !d.ok {
		return
	}
	if _, err := call.Destination(); err != nil {
		d.bad(at.Sub(field), "", "%v", err)
		return
	}
	if _, err := call.Request(anywhere); err != nil {
		d.bad(at, "", "%v", err)
	}
}

// anywhere stands for an address that is not known yet.
var anywhere = netip.MustParseAddrPort("192.0.2.1:80")
