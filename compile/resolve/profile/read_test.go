package profile

import (
	"encoding/json"
	"strings"
	"testing"

	"routec.dev/routec/compile/manifest"
)

func storedSpec(t testing.TB, text string) manifest.StoredProfile {
	t.Helper()
	var stored manifest.StoredProfile
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		t.Fatal(err)
	}
	return stored
}

// What a typed client cannot decode (spec/profiles.md §1.7, §5.4), by field.
func TestUndecodable(t *testing.T) {
	for _, c := range []struct{ name, spec, fields string }{
		{"nothing", `{}`, ""},
		{"nulls", `{"routes": null, "retryBudget": null, "dstOverrides": null, "opaquePorts": null}`, ""},
		{"null members", `{"routes": [{"name": null, "condition": {"method": null, "all": null, "not": null}, "isRetryable": null, "timeout": null}], "retryBudget": {"ttl": null, "retryRatio": null, "minRetriesPerSecond": null}, "dstOverrides": [{"authority": null, "weight": null}]}`, ""},
		{"not as a list", `{"routes": [{"condition": {"not": [{"method": "GET"}]}}]}`, "spec.routes[0].condition.not"},
		{"opaquePorts as a list", `{"opaquePorts": ["25"]}`, "spec.opaquePorts"},
		{"opaquePorts with a name", `{"opaquePorts": {"http": {}}}`, "spec.opaquePorts"},
		{"opaquePorts", `{"opaquePorts": {"25": {}}}`, ""},
		{"negative retries", `{"retryBudget": {"minRetriesPerSecond": -1}}`, "spec.retryBudget.minRetriesPerSecond"},
		{"fractional retries", `{"retryBudget": {"minRetriesPerSecond": 1.5}}`, "spec.retryBudget.minRetriesPerSecond"},
		{"too many retries", `{"retryBudget": {"minRetriesPerSecond": 4294967296}}`, "spec.retryBudget.minRetriesPerSecond"},
		{"ratio beyond 32 bits", `{"retryBudget": {"retryRatio": 1e39}}`, "spec.retryBudget.retryRatio"},
		{"SP-24 method", `{"routes": [{"condition": {"all": [{"method": 1}]}}]}`, "spec.routes[0].condition.all[0].method"},
		{"SP-24 path", `{"routes": [{"condition": {"any": [{"all": [{"pathRegex": 1.5}]}]}}]}`, "spec.routes[0].condition.any[0].all[0].pathRegex"},
		{"SP-24 boolean", `{"routes": [{"condition": {"all": [{"not": {"method": true}}]}}]}`, "spec.routes[0].condition.all[0].not.method"},
		{"status as text", `{"routes": [{"responseClasses": [{"condition": {"all": [{"status": {"min": "500"}}]}}]}]}`, "spec.routes[0].responseClasses[0].condition.all[0].status.min"},
		{"list for a condition", `{"routes": [{"condition": {"all": [["x"]]}}]}`, "spec.routes[0].condition.all[0]"},
		{"object for a list", `{"routes": [{"condition": {"all": {}}}]}`, "spec.routes[0].condition.all"},
		{"text for a route", `{"routes": ["x"]}`, "spec.routes[0]"},
		{"text for a flag", `{"routes": [{"isRetryable": "true"}]}`, "spec.routes[0].isRetryable"},
		{"weight", `{"dstOverrides": [{"authority": "a", "weight": "abc"}]}`, "spec.dstOverrides[0].weight"},
		{"weight as a flag", `{"dstOverrides": [{"authority": "a", "weight": true}]}`, "spec.dstOverrides[0].weight"},
		{"two", `{"routes": [{"name": 5, "timeout": 5}]}`, "spec.routes[0].name spec.routes[0].timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, faults := read(storedSpec(t, c.spec))
			var fields []string
			for _, f := range faults {
				fields = append(fields, f.field)
			}
			if got := strings.Join(fields, " "); got != c.fields {
				t.Errorf("faults at %q, want %q", got, c.fields)
			}
		})
	}
}

// Numbers are read from their text, rounded once.
func TestNumbers(t *testing.T) {
	spec, faults := read(storedSpec(t, `{"retryBudget": {"retryRatio": 0.1, "minRetriesPerSecond": 4294967295},
	  "dstOverrides": [{"weight": 9007199254740993}]}`))
	if len(faults) > 0 || spec.RetryBudget.RetryRatio != 0.1 || spec.RetryBudget.MinRetriesPerSecond != 4294967295 {
		t.Errorf("got %+v, %v", spec.RetryBudget, faults)
	}
	// 9007199254740993 × 10000 in 64 bits, of which the last 32 stay.
	const want = 9007199254740993 * 10000 & 0xffffffff
	if units, _, err := weight(spec.DstOverrides[0].Weight); err != nil || units != want {
		t.Errorf("got %d (%v), want %d", units, err, uint32(want))
	}
}

// Whatever is stored is read and converted without a panic, and what decodes and has no
// fault has only complete conditions.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{}`,
		`{"routes":[{"name":"a","condition":{"all":[{"method":"GET"},{"not":{"pathRegex":"/x"}}]},"responseClasses":[{"condition":{"status":{"min":500,"max":599}},"isFailure":true}],"timeout":"1s"}]}`,
		`{"retryBudget":{"retryRatio":0.2,"minRetriesPerSecond":10,"ttl":"10s"},"dstOverrides":[{"authority":"a","weight":"500m"}]}`,
		`{"routes":[null],"dstOverrides":[null]}`,
		`{"routes":[{"condition":{"any":[null,{}]}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var s manifest.StoredProfile
		if json.Unmarshal(text, &s) != nil {
			return
		}
		spec, faults := read(s)
		if len(faults) > 0 {
			return
		}
		c := convert(&stored{&manifest.Meta{}, spec})
		if len(c.faults) == 0 && len(c.routes) != len(spec.Routes) {
			t.Fatalf("%d routes of %d", len(c.routes), len(spec.Routes))
		}
		if len(c.faults) == 0 {
			for _, r := range c.routes {
				_ = r.Condition.String()
			}
			overrides(spec.DstOverrides, 80)
		}
	})
}
