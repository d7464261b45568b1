package refuse

import (
	"errors"
	"strings"
	"testing"

	"github.com/linkerd/linkerd2-proxy-api/go/destination"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/ir/automata"
)

func readProfile(t testing.TB, text string) *destination.DestinationProfile {
	t.Helper()
	p := &destination.DestinationProfile{}
	if err := protojson.Unmarshal([]byte(text), p); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return p
}

func TestProfile(t *testing.T) {
	badPattern := NewChecker(func(p string) error {
		if strings.Contains(p, "((") {
			return errTest
		}
		return nil
	})
	route := func(fields string) string { return `{"routes":[{` + fields + `}]}` }
	overrides := func(list string) string { return `{"dstOverrides":[` + list + `]}` }
	for _, test := range []struct {
		name, profile string
		effect        Effect
		paths         string // of all reasons, joined by blanks; "" for none
	}{
		{"accepted", route(`"condition":{"path":{"regex":"/a"}}`), Drops, ""},
		{"no condition", route(``), Drops, "routes[0].condition routes[0]"},
		{"bad pattern", route(`"condition":{"path":{"regex":"(("}}`), Drops, "routes[0].condition.path.regex routes[0]"},
		{"bad pattern within all", route(`"condition":{"all":{"matches":[{"path":{"regex":"(("}},{"method":{"registered":"GET"}}]}}`), Drops,
			"routes[0].condition.all.matches[0].path.regex"},
		{"bad pattern under not", route(`"condition":{"not":{"path":{"regex":"(("}}}`), Drops, "routes[0].condition.not.path.regex routes[0]"},
		{"method with a blank", route(`"condition":{"method":{"unregistered":"A B"}}`), Drops, "routes[0].condition.method routes[0]"},
		{"status without a bound", route(`"condition":{"all":{}},"responseClasses":[{"condition":{"status":{"min":500}}}]`), Drops,
			"routes[0].responseClasses[0].condition.status routes[0].responseClasses[0]"},
		{"status cut to 16 bits", route(`"condition":{"all":{}},"responseClasses":[{"condition":{"status":{"min":66036,"max":599}}}]`), Drops, ""},
		{"negative timeout", route(`"condition":{"all":{}},"timeout":"-1s"`), Drops, "routes[0].timeout"},
		{"override to an IP", overrides(`{"authority":"10.0.0.1:80","weight":1}`), Drops, "dstOverrides[0].authority"},
		{"override switched off", overrides(`{"authority":"10.0.0.1:80"}`), Drops, ""},
		{"weights too large", overrides(`{"authority":"a:1","weight":4294967295},{"authority":"b:1","weight":1}`), Panics, "dstOverrides"},
		{"one large weight", overrides(`{"authority":"a:1","weight":4294967295}`), Drops, ""},
		{"budget without time", `{"retryBudget":{}}`, Drops, "retryBudget.ttl"},
		{"budget that crashes", `{"retryBudget":{"ttl":"10s","minRetriesPerSecond":2147483647}}`, Panics, "retryBudget.minRetriesPerSecond"},
		{"budget over a minute", `{"retryBudget":{"ttl":"60.000000001s"}}`, Drops, "retryBudget.ttl"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := readProfile(t, test.profile)
			reasons := badPattern.Profile(p)
			checkPaths(t, p, reasons)
			var paths []string
			for _, r := range reasons {
				paths = append(paths, r.Path)
				if r.Effect != test.effect {
					t.Errorf("%s %v, want %v", r.Path, r.Effect, test.effect)
				}
			}
			if got := strings.Join(paths, " "); got != test.paths {
				t.Errorf("got  %s\nwant %s", got, test.paths)
			}
			if Refused(reasons) != (test.effect == Panics) {
				t.Errorf("refused: %v", Refused(reasons))
			}
		})
	}
}

// The proxy's decoder enters at most 100 messages (spec/profiles.md §3.4).
func TestProfileDepth(t *testing.T) {
	nest := func(open string, n int, leaf, shut string) string {
		return strings.Repeat(open, n) + leaf + strings.Repeat(shut, n)
	}
	const path, status = `{"path":{"regex":"a"}}`, `{"status":{"min":500,"max":599}}`
	request := func(condition string) string { return `{"routes":[{"condition":` + condition + `}]}` }
	response := func(condition string) string {
		return `{"routes":[{"condition":` + path + `,"responseClasses":[{"condition":` + condition + `}]}]}`
	}
	for _, test := range []struct {
		name, profile string
		refused       bool
	}{
		{"97 not", request(nest(`{"not":`, 97, path, `}`)), false},
		{"98 not", request(nest(`{"not":`, 98, path, `}`)), true},
		{"48 all", request(nest(`{"all":{"matches":[`, 48, path, `]}}`)), false},
		{"49 all", request(nest(`{"all":{"matches":[`, 49, path, `]}}`)), true},
		{"49 all of nothing", request(nest(`{"all":{"matches":[`, 49, `{}`, `]}}`)), false},
		{"response 96 not", response(nest(`{"not":`, 96, status, `}`)), false},
		{"response 97 not", response(nest(`{"not":`, 97, status, `}`)), true},
		{"response 48 any", response(nest(`{"any":{"matches":[`, 48, status, `]}}`)), false},
		{"response 49 any", response(nest(`{"any":{"matches":[`, 49, status, `]}}`)), true},
	} {
		reasons := NewChecker(automata.Check).Profile(readProfile(t, test.profile))
		if Refused(reasons) != test.refused {
			t.Errorf("%s: %+v", test.name, reasons)
		}
	}
}

func TestAnchored(t *testing.T) {
	for pattern, want := range map[string]string{
		"/a|/b": "^/a|/b$", " /a ": "^/a$", "^/a$": "^/a$", `/a\$`: `^/a\$`, "*": "^*$", "": "^$", "^": "^$", "$": "^$",
	} {
		if got := Anchored(pattern); got != want {
			t.Errorf("%q: got %q, want %q", pattern, got, want)
		}
	}
}

func FuzzProfile(f *testing.F) {
	bytes, err := proto.Marshal(readProfile(f, `{"routes":[{"condition":{"not":{"path":{"regex":"a"}}}}],"retryBudget":{"ttl":"10s"}}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(bytes)
	f.Fuzz(func(t *testing.T, bytes []byte) {
		p := &destination.DestinationProfile{}
		if proto.Unmarshal(bytes, p) == nil {
			NewChecker(automata.Check).Profile(p)
		}
	})
}

var errTest = errors.New("no such expression")
