package bundle

import (
	"testing"
	"time"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/sample"
	"routec.dev/routec/ir/source"
)

// What decided a table comes back with its place, but for the line; and says so of the
// table's routes. Where it was written takes no part in the digest.
func TestOrigins(t *testing.T) {
	build := func(file string) *ir.Program {
		p := sample.New(11).Program()
		r := ir.Route{Meta: ir.Meta{Ref: ir.Ref{Group: "g", Kind: "HTTPRoute", Namespace: "prod", Name: "r"}}}
		o := &p.Targets[0].Others[0]
		o.Protocol, o.Routes, o.OpaqueRoutes = ir.HTTP1, []ir.Route{r}, nil
		o.DetectTimeout = ir.Duration{}
		o.DecidedBy = []ir.Origin{{
			Object: r.Meta.Ref, Created: time.Unix(1700000000, 0).UTC(),
			Place: source.Place{Doc: &source.Doc{File: file, Index: 2, Line: 30}, Item: "items[1]", Field: "spec"},
		}}
		return p
	}
	files, summary := pack(t, build("a.yaml"), Options{})
	_, moved := pack(t, build("b.yaml"), Options{})
	if summary.Digest != moved.Digest {
		t.Error("the digest depends on where things were written")
	}
	p, err := read(t, files).Program()
	if err != nil {
		t.Fatal(err)
	}
	want := build("a.yaml").Targets[0].Others[0].DecidedBy[0]
	for _, got := range []ir.Origin{p.Targets[0].Others[0].DecidedBy[0], p.Targets[0].Others[0].Routes[0].Origin} {
		if got.Object != want.Object || !got.Created.Equal(want.Created) || got.Place.Field != want.Place.Field || got.Place.Item != want.Place.Item ||
			*got.Place.Doc != (source.Doc{File: "a.yaml", Index: 2}) {
			t.Errorf("got %+v", got)
		}
	}
}
