package tree

import "testing"

func TestPath(t *testing.T) {
	p := NewPath()
	if p.String() != "" || !p.AtRoot() || p.Field("a") != "a" {
		t.Error("root")
	}
	p.Into("spec")
	p.Into("rules")
	p.Item(1)
	p.Item(0)
	if got := p.Field("name"); got != "spec.rules[1][0].name" {
		t.Error(got)
	}
	p.Out()
	p.Out()
	if got := p.String(); got != "spec.rules" {
		t.Error(got)
	}
}

func TestReading(t *testing.T) {
	o := Object{"t": "x", "n": int64(1), "b": true, "o": Object{"y": nil}, "l": []any{Object{}, 1}}
	if Text(o, "t") != "x" || Text(o, "n") != "" || Int(o, "n") != 1 || Int(o, "t") != 0 || !Bool(o, "b") || Bool(nil, "b") {
		t.Error("scalars")
	}
	if !Has(Child(o, "o"), "y") || Child(o, "t") != nil || len(List(o, "l")) != 2 || Item(List(o, "l"), 1) != nil {
		t.Error("structures")
	}
}
