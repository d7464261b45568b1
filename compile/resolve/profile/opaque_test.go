package profile

import (
	"fmt"
	"strings"
	"testing"

	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/resolve/annotation"
	"routec.dev/routec/ir"
)

var defaults = ir.PortSet{{First: 25, Last: 25}, {First: 3306, Last: 3306}}

// T38–T44 of spec/profiles.md §9.3, and the grammar of §1.5.
func TestOpaquePorts(t *testing.T) {
	unnamed := []manifest.ServicePort{{Port: 80}}
	named := []manifest.ServicePort{{Name: "http", Port: 80}, {Name: "db", Port: 90}, {Name: "8080", Port: 91}, {Name: "db", Port: 92}}
	const absent = "\x00"
	for _, c := range []struct {
		annotation string
		ports      []manifest.ServicePort
		want       string
	}{
		{absent, unnamed, "25 3306"},
		{"", unnamed, ""},
		{"80,90-92", unnamed, "80 90-92"},
		{"db", named, "90"},
		{"8080", named, "91"}, // a name comes before a number
		{"8080", unnamed, "8080"},
		{" ", unnamed, "80"},
		{",", unnamed, "80"},
		{"1,,2", unnamed, "1-2 80"},
		{"1,", unnamed, "1"},
		{"1,,", unnamed, "1 80"},
		{"1,,2", named, "1-2"},
		{"foo, 90-80, 80 , 5-", unnamed, "80"},
		{"80 - 90", unnamed, ""},
		{"+80,+1-+2,007", unnamed, "1-2 7 80"},
		{"0,0-1,65535,65536,-1,-", unnamed, "0-1 65535"},
		{"1-2-3,1_0,0x10,１", unnamed, ""},
		{"3-9,1-4,10,20-30,25", unnamed, "1-10 20-30"},
	} {
		svc := &manifest.Object[manifest.ServiceSpec]{}
		svc.Spec.Ports = c.ports
		if c.annotation != absent {
			svc.Annotations = map[string]string{annotation.OpaquePorts: c.annotation}
		}
		if got := text1(opaquePorts(svc, defaults)); got != c.want {
			t.Errorf("%q: got %q, want %q", c.annotation, got, c.want)
		}
	}
}

func text1(set ir.PortSet) string {
	var out []string
	for _, r := range set {
		if r.First == r.Last {
			out = append(out, fmt.Sprint(r.First))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", r.First, r.Last))
		}
	}
	return strings.Join(out, " ")
}

// Whatever the list, its set is ascending and disjoint, and every token is either in it or
// told to be bad.
func FuzzPortList(f *testing.F) {
	for _, seed := range []string{"", ",", "80,90-92", "1,,2", "foo, 90-80, 80 , 5-", "+80", "0-65535,0"} {
		f.Add(seed)
	}
	nameless := func(name string) (uint16, bool) { return 7, name == "" }
	f.Fuzz(func(t *testing.T, list string) {
		set, bad := portList(list, nameless)
		for i, r := range set {
			if r.First > r.Last || i > 0 && int(set[i-1].Last)+1 >= int(r.First) {
				t.Fatalf("%q: %v is not ascending and disjoint", list, set)
			}
		}
		if tokens := strings.Count(list, ",") + 1; len(bad) > tokens {
			t.Fatalf("%q: %d bad tokens of %d", list, len(bad), tokens)
		}
		again, _ := portList(text2(set), nameless)
		if text1(again) != text1(set) {
			t.Fatalf("%q: %v reads back as %v", list, set, again)
		}
	})
}

func text2(set ir.PortSet) string { return strings.ReplaceAll(text1(set), " ", ",") }
