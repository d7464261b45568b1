package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/routetest"
	"routec.dev/routec/emit/explain"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
	"routec.dev/routec/ir/source"
)

// A question is a request on the command line.
type question struct {
	sourceFlags
	Headers  []string
	From     string
	GRPC     string
	Connect  string
	To       string
	External bool
	Port     uint16
	IP       string
	Identity string
	Meshed   bool
	HTTP1    bool
	HTTP2    bool
}

func (q *question) bind(cmd *cobra.Command) {
	q.sourceFlags.bind(cmd)
	q.registryFlags.bindPull(cmd)
	flags := cmd.Flags()
	flags.StringArrayVarP(&q.Headers, "header", "H", nil, "`NAME: VALUE` of the request (repeatable)")
	flags.StringVar(&q.From, "from", "", "`NAMESPACE` of the client")
	flags.StringVar(&q.GRPC, "grpc", "", "ask about a call of this gRPC `METHOD`, SERVICE/METHOD; the URL's path is left out then")
	flags.StringVar(&q.Connect, "connect", "", "the client connects to this `HOST:PORT`, whatever the URL's host is: the address that a name resolves to")
	flags.StringVar(&q.To, "to", "", "ask the proxy of this `NAMESPACE/WORKLOAD`, not of the client")
	flags.BoolVar(&q.External, "external", false, "the workload of --to is an ExternalWorkload")
	flags.Uint16Var(&q.Port, "port", 0, "`PORT` of the workload of --to")
	flags.StringVar(&q.IP, "client-ip", "", "`ADDRESS` of the client, for --to (default: one of the cluster networks)")
	flags.StringVar(&q.Identity, "client-id", "", "`IDENTITY` of the client, for --to")
	flags.BoolVar(&q.Meshed, "meshed", false, "the client is meshed, for --to; --client-id implies it")
	flags.BoolVar(&q.HTTP2, "http2", false, "the request is made over HTTP/2, as gRPC's are")
	flags.BoolVar(&q.HTTP1, "http1", false, "the request is made over HTTP/1, even where the port speaks HTTP/2 alone")
}

// call takes the request off the front of the arguments; the rest are sources.
func (q *question) call(args []string) (call eval.Call, sources []string, err error) {
	if q.To != "" && q.Connect != "" {
		return call, nil, fmt.Errorf("--to asks the proxy of a workload, and --connect that of a client: give one of them")
	}
	if q.To == "" && (q.Port != 0 || q.IP != "" || q.Identity != "" || q.Meshed || q.External) {
		return call, nil, fmt.Errorf("--port, --client-ip, --client-id, --meshed and --external belong to --to")
	}
	var headers []ir.Header
	for _, h := range q.Headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return call, nil, fmt.Errorf("--header %q is not NAME: VALUE", h)
		}
		headers = append(headers, ir.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	if len(args) > 0 && isMethod(args[0]) {
		call.Method, args = args[0], args[1:]
	}
	url := ""
	if len(args) > 0 && (strings.Contains(args[0], "://") || q.GRPC != "" && q.To == "" && !isSource(args[0])) {
		url, args = args[0], args[1:]
	}
	if url == "" && q.To != "" {
		url = "http://" + q.To[strings.LastIndexByte(q.To, '/')+1:] + "/"
	}
	switch {
	case url == "" && len(args) > 0:
		return call, nil, fmt.Errorf("%q is no URL; did you mean http://%s?", args[0], strings.TrimLeft(args[0], "/"))
	case url == "":
		return call, nil, fmt.Errorf("say which request: explain [METHOD] URL [SOURCE...]")
	case q.GRPC != "":
		return q.grpc(url, headers), args, nil
	}
	call.URL, call.Headers = url, headers
	if q.HTTP2 {
		call.Version = eval.HTTP2
	}
	return call, args, nil
}

// grpc makes a call of the host of a URL, or of a host alone.
func (q *question) grpc(url string, headers []ir.Header) eval.Call {
	_, authority, ok := strings.Cut(url, "://")
	if !ok {
		authority = url
	}
	authority, _, _ = strings.Cut(authority, "/")
	return eval.GRPC(authority, q.GRPC, headers)
}

// isMethod reports whether an argument can only be a method: URLs and sources hold other
// letters.
func isMethod(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// isSource reports whether an argument names a file or folder, or another kind of source.
func isSource(s string) bool {
	_, err := os.Stat(s)
	return err == nil || s == "-" || strings.HasPrefix(s, "git:")
}

var explainFormats = map[string]func(io.Writer, *explain.Explanation) error{
	"text": explain.Text, "json": explain.JSON, "mermaid": explain.Mermaid,
}

// run explains a request against the sources.
func (q *question) run(ctx context.Context, std streams, args []string, output string) error {
	format, ok := explainFormats[output]
	if !ok {
		return usageError{fmt.Errorf("--output is text, json or mermaid, not %q", output)}
	}
	call, sources, err := q.call(args)
	if err != nil {
		return usageError{err}
	}
	program, texts, err := q.look(ctx, std, sources)
	if err != nil {
		return err
	}
	where := func(p source.Place) string {
		if p.Doc == nil {
			return ""
		}
		pos, _ := texts.Locate(p)
		return pos.String()
	}
	cluster := eval.NewCluster(program, refusals())
	e, err := q.answer(cluster, call, where)
	if err != nil {
		return usageError{err}
	}
	return format(std.out, e)
}

func (q *question) answer(cluster *eval.Cluster, call eval.Call, where explain.Where) (*explain.Explanation, error) {
	method := call.Method
	if method == "" {
		method = "GET"
	}
	title := method + " " + call.URL
	if q.To != "" {
		return q.arrival(cluster, call, title, where)
	}
	ask := cluster.Call
	if q.Connect != "" {
		to, err := routetest.Destination(q.Connect)
		if err != nil {
			return nil, fmt.Errorf("--connect: %w", err)
		}
		ask = func(from string, call eval.Call) (eval.Answer, error) { return cluster.CallTo(from, to, call) }
		title += " at " + q.Connect
	}
	a, err := ask(q.From, call)
	if err != nil {
		return nil, meant(cluster.Program, call, q.From, err)
	}
	note := ""
	if again, ok := q.upgraded(&a, call); ok {
		if b, err := ask(q.From, again); err == nil {
			a, note = b, ", which is all that the port speaks (--http1 asks otherwise)"
		}
	}
	a.Explain()
	who := "from a client in namespace " + q.From
	if q.From == "" {
		who = "from a client in no namespace in particular (--from NAMESPACE)"
	}
	if a.Version != 0 {
		who += ", over " + a.Version.String() + note
	}
	return explain.Outbound(title, who, &a, cluster.Program.Target(a.Target), where), nil
}

// upgraded returns the call over HTTP/2, where nothing was said of the version and the port
// takes no other: a client of such a port would speak it. A POST of a path that can only
// mean a gRPC method is a gRPC call on the port of a GRPCRoute.
func (q *question) upgraded(a *eval.Answer, call eval.Call) (eval.Call, bool) {
	unserved := a.Verdict != nil && a.Verdict.Reply != nil && a.Verdict.Reply.Cause == eval.NotServed
	if q.HTTP1 || call.Version != 0 || call.Encrypted() || !unserved || a.Governs.Wire != ir.HTTP2 {
		return call, false
	}
	call.Version = eval.HTTP2
	if a.Table != nil && a.Table.Outbound.Protocol == ir.GRPC && call.Method == "POST" {
		has := slices.ContainsFunc(call.Headers, func(h ir.Header) bool { return strings.EqualFold(h.Name, "content-type") })
		if !has {
			call.Headers = append(slices.Clone(call.Headers), ir.Header{Name: "content-type", Value: "application/grpc"})
		}
	}
	return call, true
}

// meant adds which Service was probably meant.
func meant(p *ir.Program, call eval.Call, from string, err error) error {
	if d, bad := call.Destination(); bad == nil && !strings.Contains(err.Error(), "did you mean") {
		if near := routetest.Similar(p, d.Host, from); near != "" && near != d.Host {
			return fmt.Errorf("%w; did you mean %s?", err, near)
		}
	}
	return err
}

// arrival asks the proxy of a workload.
func (q *question) arrival(cluster *eval.Cluster, call eval.Call, title string, where explain.Where) (*explain.Explanation, error) {
	namespace, name, ok := strings.Cut(q.To, "/")
	if !ok || q.Port == 0 {
		return nil, fmt.Errorf("--to is NAMESPACE/WORKLOAD, with --port PORT")
	}
	client := eval.Client{IP: routetest.Unremarkable(cluster.Program), Meshed: q.Meshed || q.Identity != "", Identity: q.Identity}
	if q.IP != "" {
		ip, err := netip.ParseAddr(q.IP)
		if err != nil {
			return nil, fmt.Errorf("--client-ip %q is no IP address", q.IP)
		}
		client.IP = ip
	}
	w := eval.Workload{Namespace: namespace, Name: name, External: q.External}
	s, err := cluster.Server(w, q.Port)
	if errors.Is(err, ir.ErrUnknownServer) {
		return nil, fmt.Errorf("%w%s", err, routetest.SimilarWorkload(cluster.Program, w))
	}
	if err != nil {
		return nil, err
	}
	a, err := cluster.Admit(w, q.Port, call, client)
	if err != nil {
		return nil, err
	}
	if r, err := call.Request(netip.AddrPort{}); err == nil && a.Found {
		version := eval.HTTP1
		if call.Version != 0 {
			version = call.Version
		}
		a = s.Explain(version, r, client)
	}
	who := "at " + q.To + ":" + strconv.Itoa(int(q.Port)) + ", from " + client.IP.String()
	switch {
	case client.Identity != "":
		who += ", meshed, as " + client.Identity
	case client.Meshed:
		who += ", meshed, without an identity"
	default:
		who += ", not meshed"
	}
	return explain.Inbound(title, who, s, &a, where), nil
}
