package eval

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"routec.dev/routec/ir"
)

func onPath(pattern string) ir.RequestMatch { return ir.RequestMatch{Kind: ir.OnPath, Text: pattern} }
func onMethod(m string) ir.RequestMatch     { return ir.RequestMatch{Kind: ir.OnMethod, Text: m} }
func all(parts ...ir.RequestMatch) ir.RequestMatch {
	return ir.RequestMatch{Kind: ir.AllOf, Parts: parts}
}
func anyOf(parts ...ir.RequestMatch) ir.RequestMatch {
	return ir.RequestMatch{Kind: ir.AnyOf, Parts: parts}
}
func not(part ir.RequestMatch) ir.RequestMatch {
	return ir.RequestMatch{Kind: ir.NotOf, Parts: []ir.RequestMatch{part}}
}

func profileOf(conditions ...ir.RequestMatch) *Profile {
	p := ir.Profile{Name: "web.ns.svc.cluster.local", Port: 80, Budget: ir.DefaultBudget()}
	for i, c := range conditions {
		p.Routes = append(p.Routes, ir.ProfileRoute{Name: string(rune('a' + i)), Condition: c})
	}
	return PrepareProfile(p)
}

// The cases of spec/profiles.md §9.4 and §9.5 that choose a route.
func TestProfileRoutes(t *testing.T) {
	for _, c := range []struct {
		id         string
		conditions []ir.RequestMatch
		request    string
		want       int
	}{
		{"T66", []ir.RequestMatch{onPath("/x"), onPath("/x")}, "/x", 0},
		{"T67", []ir.RequestMatch{onMethod("GET"), all(onMethod("GET"), onPath("/x"))}, "/x", 0},
		{"T68", []ir.RequestMatch{onPath("/a|/b")}, "/axx", 0},
		{"T68", []ir.RequestMatch{onPath("/a|/b")}, "/xx/b", 0},
		{"T68", []ir.RequestMatch{onPath("/a|/b")}, "/c", -1},
		{"T69", []ir.RequestMatch{onPath(`/authors/\d+`)}, "/authors/12", 0},
		{"T69", []ir.RequestMatch{onPath(`/authors/\d+`)}, "/authors/12/", -1},
		{"T69", []ir.RequestMatch{onPath(`/authors/\d+`)}, "/authors/12?x=1", 0},
		{"T70", []ir.RequestMatch{onPath(`/foo\$`)}, "/foo$bar", 0},
		{"T103", []ir.RequestMatch{onPath("*")}, "/any", 0},
		{"T103", []ir.RequestMatch{onPath("?")}, "/any", 0},
		{"T103", []ir.RequestMatch{onPath("|/a")}, "/any", 0},
		{"T103", []ir.RequestMatch{onPath("/books/*")}, "/books/1", -1},
		{"T51", []ir.RequestMatch{anyOf(onPath("(("))}, "/", -1},
		{"T52", []ir.RequestMatch{all(onMethod("GET"), onPath("/u/{id}"))}, "/anything", 0},
		{"T18", []ir.RequestMatch{onMethod(" GET"), onMethod("GET")}, "/", 1},
		{"dropped under not", []ir.RequestMatch{not(onPath("((")), all()}, "/", 1},
		{"not", []ir.RequestMatch{not(onMethod("GET")), not(onMethod("POST"))}, "/", 1},
		{"any of nothing", []ir.RequestMatch{anyOf()}, "/", -1},
		{"CONNECT", []ir.RequestMatch{onPath("")}, "CONNECT a:80", 0},
	} {
		if got := profileOf(c.conditions...).Find(requestOf(t, c.request)); got != c.want {
			t.Errorf("%s: %v, %s: got %d, want %d", c.id, c.conditions, c.request, got, c.want)
		}
	}
}

func TestProfileLosers(t *testing.T) {
	p := profileOf(
		onPath("(("),
		all(onPath("(("), onMethod("GET"), anyOf(onPath("/y"), onMethod("PUT"))),
		not(anyOf(onPath("/z"), onPath("/x"))),
		onPath("/x"),
		onMethod("GET"),
	)
	v := p.Explain(requestOf(t, "/x"))
	want := []ProfileLoser{
		{Route: 0, Reason: Dropped},
		{Route: 1, Reason: ConditionFails, At: []int{2}}, // the any; its index is that of the manifest
		{Route: 2, Reason: ConditionFails, At: []int{0, 1}},
		{Route: 4, Reason: EarlierWins},
	}
	if v.Route != 3 || !reflect.DeepEqual(v.Losers, want) {
		t.Errorf("got %d, %+v", v.Route, v.Losers)
	}
}

func TestProfileTargets(t *testing.T) {
	for _, c := range []struct {
		overrides []ir.DstOverride
		want      string
		crash     bool
	}{
		{nil, "-1 web.ns.svc.cluster.local:80 1/1", false},
		{[]ir.DstOverride{{Authority: "a.ns:80", Weight: 5000}, {Authority: "c:80"}, {Authority: "b.ns:8080", Weight: 10000}, {Authority: ":80", Weight: 1}}, "0 a.ns:80 1/3 2 b.ns:8080 2/3", false},
		{[]ir.DstOverride{{Authority: "a.ns:80", Weight: 1}, {Authority: "10.0.0.9:80", Weight: 1}}, "0 a.ns:80 1/1", false},
		{[]ir.DstOverride{{Authority: "x.ns:80", Weight: 4294957296}, {Authority: "y.ns:80", Weight: 10000}}, "", true},
	} {
		v := PrepareProfile(ir.Profile{Name: "web.ns.svc.cluster.local", Port: 80, Overrides: c.overrides}).Explain(requestOf(t, "/"))
		got := ""
		for _, target := range v.Targets {
			got += fmt.Sprint(" ", target.Override, " ", target.Authority, " ", target.Share)
		}
		if v.Crash != c.crash || !c.crash && got != " "+c.want {
			t.Errorf("%v: got %q, %v", c.overrides, got, v.Crash)
		}
	}
}

func TestProfileRetries(t *testing.T) {
	p := ir.Profile{Budget: ir.DefaultBudget(), Routes: []ir.ProfileRoute{
		{Condition: onPath("/a"), Retryable: true, Timeout: time.Second},
		{Condition: onPath("/b"), Timeout: -time.Second},
	}}
	if v := PrepareProfile(p).Explain(requestOf(t, "/a")); !v.Retries || v.Timeout != time.Second {
		t.Errorf("%+v", v)
	}
	if v := PrepareProfile(p).Explain(requestOf(t, "/b")); v.Retries || v.Timeout != 0 {
		t.Errorf("a negative timeout: %+v", v)
	}
	p.Budget.TTL = 500 * time.Millisecond
	if v := PrepareProfile(p).Explain(requestOf(t, "/a")); v.Retries {
		t.Error("retried on an unusable budget")
	}
}

// The cases of spec/profiles.md §9.5 that classify a response.
func TestClassify(t *testing.T) {
	status := func(low, high uint32) ir.ResponseMatch {
		return ir.ResponseMatch{Kind: ir.OnStatus, Min: low, Max: high}
	}
	class := func(m ir.ResponseMatch, failure bool) ir.ResponseClass {
		return ir.ResponseClass{Condition: m, Failure: failure}
	}
	five := []ir.ResponseClass{class(status(500, 599), true)}
	ok := []ir.ResponseClass{class(status(200, 200), false)}
	t75 := ir.ResponseMatch{Kind: ir.AllOf, Parts: []ir.ResponseMatch{
		status(500, 599), {Kind: ir.NotOf, Parts: []ir.ResponseMatch{status(503, 0)}},
	}}
	for _, c := range []struct {
		id       string
		classes  []ir.ResponseClass
		grpc     bool
		response Response
		failure  bool
		by       ClassBy
	}{
		{"T71", five, false, Response{Status: 503}, true, ByClass},
		{"T71", five, false, Response{Status: 404}, false, ByHTTPStatus},
		{"T71", five, false, Response{Status: 200, TrailingStatus: "14"}, true, ByGRPCStatus},
		{"T72", ok, false, Response{Status: 200, HeaderStatus: "14"}, false, ByClass},
		{"T73", []ir.ResponseClass{class(status(503, 503), false), five[0]}, false, Response{Status: 503}, false, ByClass},
		{"T73", []ir.ResponseClass{class(status(503, 503), false), five[0]}, false, Response{Status: 502}, true, ByClass},
		{"T74", []ir.ResponseClass{class(status(404, 0), true)}, false, Response{Status: 404}, false, ByHTTPStatus},
		{"T74", []ir.ResponseClass{class(status(404, 0), true)}, false, Response{Status: 503}, true, ByHTTPStatus},
		{"T75", []ir.ResponseClass{class(t75, true)}, false, Response{Status: 503}, true, ByClass},
		{"T104", nil, true, Response{Status: 503}, false, ByGRPCStatus},
		{"T104", nil, true, Response{Status: 200, HeaderStatus: "17"}, true, ByGRPCStatus},
		{"T104", nil, true, Response{Status: 200, HeaderStatus: "x"}, false, ByGRPCStatus},
		{"T105", ok, false, Response{Status: 503, HeaderStatus: "0"}, false, ByGRPCStatus},
		{"no classes", nil, false, Response{Status: 503, HeaderStatus: "0"}, true, ByHTTPStatus},
	} {
		p := PrepareProfile(ir.Profile{Routes: []ir.ProfileRoute{{Condition: all(), Classes: c.classes}}})
		request := "/"
		if c.grpc {
			request = "/ -- content-type: application/grpc"
		}
		got := p.Classify(0, requestOf(t, request), c.response)
		if got.Failure != c.failure || got.By != c.by {
			t.Errorf("%s: %+v: got %+v", c.id, c.response, got)
		}
	}
}
