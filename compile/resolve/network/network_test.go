package network

import "testing"

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.0/8":         "10.0.0.0/8",
		"10.1.2.3/8":         "10.1.2.3/8",
		"042.0.0.0/08":       "42.0.0.0/8",
		"000.0.0.0/00":       "0.0.0.0/0",
		"192.0.2.7":          "192.0.2.7/32",
		"fd00::/8":           "fd00::/8",
		"fd00::/008":         "fd00::/8",
		"::1":                "::1/128",
		"::ffff:1.2.3.4":     "::ffff:1.2.3.4/128",
		"042.0.0.0":          "",
		"10.0.0.0/33":        "",
		"10.0.0.0/+8":        "",
		"10.0.0.0/008":       "",
		"0010.0.0.0/8":       "",
		"10.0.0/8":           "",
		"10.0.0.0/8 ":        "",
		" 10.0.0.0/8":        "",
		"10.0.0.0/":          "",
		"/8":                 "",
		"fe80::1%eth0":       "",
		"fe80::1%eth0/64":    "",
		"10.0.0.0/255.0.0.0": "",
		"":                   "",
	} {
		got, err := Parse(in)
		if want == "" {
			if err == nil {
				t.Errorf("Parse(%q) = %v, want an error", in, got)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("042.0.0.0/08")
	f.Add("fd00::/8")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			return
		}
		if again, err := Parse(p.String()); err != nil || again != p {
			t.Errorf("Parse(%q) = %v, which reads as %v, %v", s, p, again, err)
		}
	})
}
