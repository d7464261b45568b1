package annotation

import (
	"errors"
	"math"
	"testing"

	"routec.dev/routec/ir"
)

func TestDuration(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0s", "00": "0s", "+5s": "5s", "1d": "86400s", " 10ms\t": "0.01s", "0h": "0s", "007m": "420s",
		"213503982335d": "", // beyond 64 bits of milliseconds
		"213503982d":    "18446744044800s",
		"1.0s":          "", "1h30m": "", "5 s": "", "10": "", "1.5s": "", "5us": "", "-1s": "", "": "", "s": "", "++5s": "", "5S": "", "0.": "", "0.0": "",
	} {
		got, err := Duration(in)
		check(t, "Duration", in, got.String(), err, want)
	}
}

func check(t *testing.T, name, in, got string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err == nil:
		t.Errorf("%s(%q) = %s, want an error", name, in, got)
	case want != "" && (err != nil || got != want):
		t.Errorf("%s(%q) = %s, %v, want %s", name, in, got, err, want)
	}
}

func TestPolicyDuration(t *testing.T) {
	for in, want := range map[string]string{
		"": "0s", "0": "0s", "-0": "0s", "+0": "0s", "-": "0s", "5s": "5s", "-5s": "5s", "+5s": "5s", "-+5s": "5s", "1h30m": "5400s",
		"5.6s": "5.6s", "5.s": "5s", ".5s": "0.5s", "1.004s": "1.004s", "12µs": "0.000012s", "12μs": "0.000012s",
		"1s+1s": "2s", "0.3333333333333333333h": "1200s", "9007199254740993ns": "9007199.254740993s",
		"5s0": "0s", "1s-0s": "1s", "52763797000ns": "52.763797s", "2000000000000000h": "7200000000000000000s",
		"5": "", "abc": "", "1e3s": "", "5 s": "", "1S": "", "1d": "", "5s00": "", "+-+-5s": "", "s": "", "1_0s": "",
	} {
		got, err := PolicyDuration(in)
		check(t, "PolicyDuration", in, got.String(), err, want)
		if errors.Is(err, ErrPanics) {
			t.Errorf("PolicyDuration(%q) is said to panic the decoder", in)
		}
	}
	for _, in := range []string{"1s-1s", "9223372036854775807h", "18446744073709551616s", "18446744073709549568s4096s"} {
		if got, err := PolicyDuration(in); !errors.Is(err, ErrPanics) {
			t.Errorf("PolicyDuration(%q) = %v, %v, want a panic of the decoder", in, got, err)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, ok := range map[string]bool{
		"1": true, "+1": true, "007": true, "65535": true, "65536": false, "-1": false, "": false, "+": false, " 1": false, "1_0": false, "0x1": false, "1.0": false,
	} {
		if _, err := Uint(in, 16); (err == nil) != ok {
			t.Errorf("Uint(%q) error is %v", in, err)
		}
	}
	for in, want := range map[string]float64{
		"1": 1, "+.5": .5, "5.": 5, "-1e2": -100, "inf": math.Inf(1), "-Infinity": math.Inf(-1), "1e999": math.Inf(1),
	} {
		if got, err := Float(in, 64); err != nil || got != want {
			t.Errorf("Float(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", ".", "e5", "0x1p3", "1_000", "+-1", "--1", "1 ", "infin", "five"} {
		if got, err := Float(in, 64); err == nil {
			t.Errorf("Float(%q) = %v, want an error", in, got)
		}
	}
}

func TestPorts(t *testing.T) {
	for in, want := range map[string]ir.PortSet{
		"":                nil,
		" , ,":            nil,
		"80":              {{First: 80, Last: 80}},
		"443,80, 81-90 ,": {{First: 80, Last: 90}, {First: 443, Last: 443}},
		"80 - 90":         {{First: 80, Last: 90}},
		"+80":             {{First: 80, Last: 80}},
		"1-65535,7":       {{First: 1, Last: 65535}},
	} {
		got, err := Ports(in)
		if err != nil || len(got) != len(want) {
			t.Errorf("Ports(%q) = %v, %v, want %v", in, got, err, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("Ports(%q) = %v, want %v", in, got, want)
			}
		}
	}
	for _, in := range []string{"3306,mysql", "0", "65536", "90-80", "443-", "-443", "1-2-3", "&#43;80"} {
		if got, err := Ports(in); err == nil {
			t.Errorf("Ports(%q) = %v, want an error", in, got)
		}
	}
}

func TestRetry(t *testing.T) {
	r, err := HTTPRetry(map[string]string{RetryHTTP: "5xx,429,502-504,Gateway-Error"})
	if err != nil || !r.Present || r.Limit != 1 || r.Timeout.Set || len(r.Statuses) != 4 || r.Statuses[3] != (ir.StatusRange{First: 502, Last: 504}) {
		t.Errorf("retry is %+v, %v", r, err)
	}
	for _, tt := range []struct {
		annotations map[string]string
		present     bool
		limit       uint32
		fails       bool
	}{
		{map[string]string{}, false, 0, false},
		{map[string]string{RetryHTTP: "5xx, 429"}, false, 0, true},
		{map[string]string{RetryHTTP: ""}, false, 0, true},
		{map[string]string{RetryHTTP: "99"}, false, 0, true},
		{map[string]string{RetryHTTP: "504-502"}, false, 0, true},
		{map[string]string{RetryLimit: "0", RetryHTTP: "5xx"}, true, 1, false},
		{map[string]string{RetryLimit: "0"}, false, 0, false},
		{map[string]string{RetryLimit: " 3"}, false, 0, true},
		{map[string]string{RetryLimit: "3"}, true, 3, false},
		{map[string]string{RetryTimeout: "0s"}, false, 0, false},
		{map[string]string{RetryTimeout: " 1s "}, true, 1, false},
		{map[string]string{RetryGRPC: "bogus"}, false, 0, false}, // not of this kind
	} {
		r, err := HTTPRetry(tt.annotations)
		if r.Present != tt.present || r.Limit != tt.limit || (err != nil) != tt.fails {
			t.Errorf("HTTPRetry(%v) = %+v, %v", tt.annotations, r, err)
		}
	}
	g, err := GRPCRetry(map[string]string{RetryGRPC: "Cancelled,unavailable"})
	if err != nil || g.Codes != (ir.GRPCCodes{Cancelled: true, Unavailable: true}) || g.Limit != 1 {
		t.Errorf("gRPC retry is %+v, %v", g, err)
	}
}

func TestAccrual(t *testing.T) {
	with := func(kv ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return m
	}
	for _, tt := range []struct {
		annotations map[string]string
		kind        ir.AccrualKind
		fails       bool
	}{
		{with(), ir.NoAccrual, false},
		{with(JitterRatio, "bogus"), ir.NoAccrual, false}, // unread without a mode
		{with(FailureAccrual, "consecutive"), ir.Consecutive, false},
		{with(FailureAccrual, "Consecutive"), ir.NoAccrual, true},
		{with(FailureAccrual, " consecutive"), ir.NoAccrual, true},
		{with(FailureAccrual, "consecutive", JitterRatio, "101"), ir.NoAccrual, true},
		{with(FailureAccrual, "consecutive", JitterRatio, "nan"), ir.NoAccrual, true},
		{with(FailureAccrual, "consecutive", JitterRatio, " 2.25 "), ir.Consecutive, false},
		{with(FailureAccrual, "consecutive", MinPenalty, "2m"), ir.NoAccrual, true},
		{with(FailureAccrual, "consecutive", MaxPenalty, "0", MinPenalty, "0"), ir.NoAccrual, true},
		{with(FailureAccrual, "consecutive", SuccessThreshold, "bogus"), ir.Consecutive, false},
		{with(FailureAccrual, "unified", SuccessThreshold, "bogus"), ir.NoAccrual, true},
		{with(FailureAccrual, "unified", SuccessWindow, "9ms"), ir.NoAccrual, true},
		{with(FailureAccrual, "unified", SuccessWindow, "0"), ir.NoAccrual, true},
		{with(FailureAccrual, "unified", SuccessThreshold, "0", SuccessWindow, "5ms", SuccessRequests, "2000000"), ir.Unified, false},
		{with(FailureAccrual, "unified", SuccessRequests, "1000001"), ir.NoAccrual, true},
	} {
		a, err := Accrual(tt.annotations)
		if a.Kind != tt.kind || (err != nil) != tt.fails {
			t.Errorf("Accrual(%v) = %+v, %v", tt.annotations, a, err)
		}
	}
}

func TestBiaser(t *testing.T) {
	for _, tt := range []struct {
		penalize, penalty string
		on, fails         bool
	}{
		{"true", "", true, false}, {"T", "1s", true, false}, {"yes", "", false, true}, {"false", "bogus", false, false},
		{"true", "50d", false, true}, {"true", "4294967295ms", true, false},
	} {
		a := map[string]string{PenalizeFailures: tt.penalize}
		if tt.penalty != "" {
			a[BiaserPenalty] = tt.penalty
		}
		var load ir.Load
		if err := Biaser(a, &load); load.Penalize != tt.on || (err != nil) != tt.fails {
			t.Errorf("Biaser(%v) = %+v, %v", a, load, err)
		}
	}
}

func FuzzLexers(f *testing.F) {
	for _, s := range []string{"1h", "5s0", "-1s+2m", "80-90,443", "5xx,429", "1e3", "inf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := Duration(s); err == nil && d.Seconds < 0 {
			t.Errorf("Duration(%q) = %v", s, d)
		}
		if d, err := PolicyDuration(s); err == nil && (d.Seconds < 0 || d.Nanos < 0) {
			t.Errorf("PolicyDuration(%q) = %v", s, d)
		}
		if set, err := Ports(s); err == nil {
			for i, r := range set {
				if r.First == 0 || r.Last < r.First || i > 0 && r.First <= set[i-1].Last {
					t.Errorf("Ports(%q) = %v", s, set)
				}
			}
		}
		HTTPRetry(map[string]string{RetryHTTP: s, RetryLimit: s})
		GRPCRetry(map[string]string{RetryGRPC: s, RetryTimeout: s})
		Float(s, 32)
	})
}
