package profile

import (
	"encoding/json"
	"strings"
	"testing"
)

// The table of spec/profiles.md §2.6.
func TestWeight(t *testing.T) {
	for text, want := range map[string]uint32{
		"0": 0, "1": 10000, "+1": 10000, "01": 10000, "1.": 10000, "90": 900000,
		"500m": 5000, "0.5": 5000, ".5": 5000, "100m": 1000,
		"1n": 10, "1u": 10, "999u": 10, "0.00005": 10, "1e-7": 10, "1001u": 20,
		"0.33333": 3340, "33.333": 333330, "12345.6789": 123456790,
		"1k": 10000000, "1Ki": 10240000, "1M": 1410065408, "1G": 1316134912,
		"429496": 4294960000, "429497": 2704, "-1": 4294957296, "-500m": 4294962296, "-0.0001": 4294967286,
		"1E": 0, "1Ei": 0, "1e30": 0, " 1 ": 10000,
		"1e999999999": 0, "1e-999999999": 10, "0e-999999999": 0, "0e999999999": 0,
		"-1e-7": 4294967286, "-1e-10": 10, "-1e-999999999": 10, // below a billionth, the library loses the sign
	} {
		if got, _, err := weight(text); err != nil || got != want {
			t.Errorf("%q: got %d (%v), want %d", text, got, err, want)
		}
	}
	for _, v := range []any{nil, int64(0), json.Number("0"), float64(0)} {
		if got, _, err := weight(v); err != nil || got != 0 {
			t.Errorf("%#v: got %d (%v), want 0", v, got, err)
		}
	}
	for _, v := range []any{int64(3), json.Number("3"), float64(3), "3"} {
		if got, full, err := weight(v); err != nil || got != 30000 || full != 30000 {
			t.Errorf("%#v: got %d (%v), want 30000", v, got, err)
		}
	}
	for _, v := range []any{"", "abc", "1 k", "--1", "1e1.5", "1K", true, []any{}, map[string]any{}, strings.Repeat("1", 1001)} {
		if got, _, err := weight(v); err == nil {
			t.Errorf("%#v: got %d, want an error", v, got)
		}
	}
}

func FuzzWeight(f *testing.F) {
	for _, seed := range []string{"1", "0.33333", "1e-7", "1E", "-1Ki", "1e99999999999", ".e", "1e-2001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		units, full, err := weight(text)
		if err == nil && units != uint32(full) {
			t.Fatalf("%q: %d is not the end of %d", text, units, full)
		}
	})
}
