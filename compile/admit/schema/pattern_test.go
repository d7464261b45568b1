package schema

import (
	"regexp"
	"testing"
)

// Each matcher takes exactly the texts that its regular expression takes.
var patterns = []*Pattern{DNS, Group, Host, Label, Kind, Token, Printable, GatewayDuration, Identity, Quantity, ConditionType, ConditionReason}

func FuzzPatterns(f *testing.F) {
	for _, s := range []string{
		"", "a", "A", "-", "a-", "-a", "a-b", "a.b", "a..b", ".a", "a.", "*", "*.a", "*.*", "*.", "a.*", "a b", "é", "ſ", "a\n", "0",
		"1s", "1ms", "1h1m1s1ms", "1h1m1s1ms1h", "123456s", "s", "1", "1m5", "x-y_z", "X!#$%&'*+.^_`|~", "a  b", "a\tb", " a", "a ",
		"1.", ".5", "1.5", ".", "+1", "--1", "1Ki", "1i", "1k", "1E", "1Ei", "1e", "1e5", "1e+5.5", "1e.", "1KiB", "a/b", "A/b", "a/", "/a", "a/b/c",
		"Ready", "Ready_", "Ready,", "Re,ady:x", "1Ready", "a_b", "a--b", "a.-b", "a-.b",
	} {
		f.Add(s)
	}
	compiled := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		compiled[i] = regexp.MustCompile(p.Text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, p := range patterns {
			if got, want := p.Match(s), compiled[i].MatchString(s); got != want {
				t.Errorf("%s takes %q: %v, want %v", p.Text, s, got, want)
			}
		}
	})
}

func TestIsDuration(t *testing.T) {
	for text, want := range map[string]bool{
		"1s": true, "-1s": true, "1.5h": true, "0": true, "abc1s": true, "5 minutes ago": true, "1d": true, "1 week": true, "3 W": true,
		"7µs": true, "1hr": true, "2 weeksxx": true, "1\tsec": true,
		"": false, "abc": false, "10": false, "1y": false, "1hrs": false, "1 x": false, "s1": false,
		"99999999999999999999 foo": false, "1s 99999999999999999999": true, "1s 99999999999999999999x": false,
	} {
		if got := IsDuration(text); got != want {
			t.Errorf("IsDuration(%q) = %v", text, got)
		}
	}
}
