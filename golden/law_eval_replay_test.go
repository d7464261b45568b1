package golden

import (
	"fmt"
	"math/big"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/emit/inbound"
	"routec.dev/routec/emit/outbound"
	"routec.dev/routec/emit/replay"
	"routec.dev/routec/ir"
	"routec.dev/routec/ir/eval"
)

// TestLawEvalReplay asks the two evaluators the same questions: ir/eval the decided table,
// emit/replay the message that it is lowered to. They share no code, and must agree on the
// winner, on what filters make of the request, on shares, timeouts, retries and
// authorizations. ROUTEC_LAW_QUESTIONS asks more of them, ROUTEC_LAW_SEED others.
func TestLawEvalReplay(t *testing.T) {
	questions, seed := lawNumber(t, "ROUTEC_LAW_QUESTIONS", 100_000), uint64(lawNumber(t, "ROUTEC_LAW_SEED", 1))
	if testing.Short() {
		questions /= 10
	}
	law := &law{T: t, preparer: replay.NewPreparer(), kinds: map[string]int{}}
	start, tables := time.Now(), 0
	for law.asked < questions && !t.Failed() {
		d := newDrawer(seed<<32 + uint64(tables))
		law.seed = fmt.Sprintf("seed %d, table %d", seed, tables)
		if tables%3 == 0 {
			law.askInbound(d, d.inbound())
		} else {
			law.askOutbound(d, d.outbound())
		}
		tables++
	}
	t.Logf("%d questions of %d tables (%d refused) in %v: %v", law.asked, tables, law.refused, time.Since(start).Round(time.Millisecond), law.kinds)
	for _, kind := range []string{"won", "redirect", "injected failure", "failing backend", "unauthorized", "no route", "tls", "opaque", "retried"} {
		if law.kinds[kind] == 0 {
			t.Errorf("no question led to %q", kind)
		}
	}
}

func lawNumber(t *testing.T, name string, standard int) int {
	text := os.Getenv(name)
	if text == "" {
		return standard
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s: %q is not a number", name, text)
	}
	return n
}

// perTable is how many questions a table is asked.
const perTable = 40

type law struct {
	*testing.T
	preparer *replay.Preparer
	seed     string
	asked    int
	refused  int
	kinds    map[string]int // answers by kind, so that the test shows what it covers
}

// prepared reports whether a table is to be asked at all. What ir/eval refuses the proxy
// must refuse, too.
func (l *law) prepared(ours, theirs error) bool {
	if ours != nil && theirs == nil {
		l.Errorf("%s: only ir/eval refuses the table: %v", l.seed, ours)
	}
	if ours != nil || theirs != nil {
		l.refused++
		return false
	}
	return true
}

func (l *law) askOutbound(d drawer, o ir.Outbound) {
	ours, err := eval.Prepare(o)
	theirs, refusal := l.preparer.Table(outbound.Policy(o))
	if !l.prepared(err, refusal) {
		return
	}
	switch o.Protocol {
	case ir.TLS:
		name := strings.ToLower(oneOf(d, "web", "a.example.com", "b.a.example.com", "example.com", "example.com.", "com"))
		l.asked++
		l.kinds["tls"]++
		l.compare(o, "TLS "+name, ourVerdict(d, ours.TLS(name)), theirOutbound(d, theirs.TLSConnection(name)))
	case ir.Opaque, ir.Detect:
		l.asked++
		l.kinds["opaque"]++
		l.compare(o, "opaque", ourVerdict(d, ours.Opaque()), theirOutbound(d, theirs.Opaque()))
	}
	for range perTable {
		q := d.request(o.Protocol == ir.GRPC)
		r, s, ok := l.read(q)
		if !ok || o.Protocol == ir.TLS || o.Protocol == ir.Opaque {
			continue
		}
		version := d.version(ours.Serves)
		up := [3]bool{d.chance(60), d.chance(60), d.chance(60)}
		l.asked++
		verdict, outcome := ours.Explain(version, r), theirs.Outbound(replay.Version(version), s)
		mine := ourOutcome(verdict, up)
		l.compare(o, fmt.Sprint(version, q), mine, theirOutcome(outcome, up))
		l.count(mine)
		winner, found := ours.Find(version, r)
		if found != verdict.Found || found && winner != verdict.Winner {
			l.Errorf("%s: Find and Explain differ: %v", l.seed, q)
		}
	}
}

func (l *law) askInbound(d drawer, t ir.Inbound) {
	ours, err := eval.PrepareInbound(t)
	theirs, refusal := l.preparer.Table(inbound.Server(t))
	if !l.prepared(err, refusal) {
		return
	}
	for range perTable {
		c := eval.Client{IP: netip.MustParseAddr(oneOf(d, "10.1.2.3", "10.9.9.9", "192.0.2.1", "127.0.0.1", "127.0.0.2", "::1", "fd00::1", "::ffff:10.1.2.3"))}
		if c.Meshed = d.chance(70); c.Meshed {
			c.Identity = oneOf(d, "", "web.prod", "a.b.web.prod", "web.prod.other", "spiffe://t/w", "spiffe://t/w.prod")
		}
		client := replay.Client{IP: c.IP, Meshed: c.Meshed, Identity: c.Identity}
		l.asked++
		l.compare(t, fmt.Sprint("connection of ", c), ourPermit(ours.Connection(c).Permit), theirPermit(theirs.Connection(client)))

		q := d.request(t.Protocol == ir.GRPC)
		r, _, ok := l.read(q)
		if !ok {
			continue
		}
		seen := r.From(c) // what the router sees has the client's verified identity
		s, err := replay.NewRequest(seen.Method, q.uri, replayHeaders(seen.Headers))
		if err != nil {
			l.Fatal(err)
		}
		version := d.version(func(v eval.Version) bool { return ours.Serves(v, false) })
		if version == eval.HTTP2 && c.Meshed && t.Protocol == ir.HTTP1 {
			continue // ir/eval knows that proxies carry HTTP/1 over HTTP/2 (§7.2)
		}
		l.asked++
		mine := ourAdmission(ours.Explain(version, r, c))
		l.compare(t, fmt.Sprint(version, q, c), mine, theirAdmission(theirs.Inbound(replay.Version(version), s, client)))
		l.count(mine)
	}
}

// version draws one that the table mostly serves.
func (d drawer) version(serves func(eval.Version) bool) eval.Version {
	v := oneOf(d, eval.HTTP1, eval.HTTP2)
	if !serves(v) && d.chance(90) {
		return eval.HTTP1 + eval.HTTP2 - v
	}
	return v
}

// read reads a request on both sides; they must agree whether it can exist.
func (l *law) read(q lawRequest) (*eval.Request, *replay.Request, bool) {
	r, ours := eval.NewRequest(q.method, q.uri, q.headers)
	s, theirs := replay.NewRequest(q.method, q.uri, replayHeaders(q.headers))
	if (ours == nil) != (theirs == nil) {
		l.Errorf("%s: %v: ir/eval: %v, emit/replay: %v", l.seed, q, ours, theirs)
	}
	return r, s, ours == nil && theirs == nil
}

func replayHeaders(headers []ir.Header) []replay.Header {
	out := make([]replay.Header, len(headers))
	for i, h := range headers {
		out[i] = replay.Header{Name: h.Name, Value: h.Value}
	}
	return out
}

func (l *law) compare(table any, question string, ours, theirs any) {
	if !reflect.DeepEqual(ours, theirs) {
		l.Fatalf("%s: %s\n table       %+v\n ir/eval     %+v\n emit/replay %+v", l.seed, question, table, ours, theirs)
	}
}

func (l *law) count(o lawOutcome) {
	if o.Found {
		l.kinds["won"]++
	}
	if o.Retry != "" {
		l.kinds["retried"]++
	}
	for _, r := range []string{o.Reply, o.Filters.Reply} {
		cause, _, _ := strings.Cut(r, ":")
		l.kinds[cause]++
	}
	for _, b := range o.Backends {
		cause, _, _ := strings.Cut(b.Failing, ":")
		l.kinds[cause]++
	}
	delete(l.kinds, "")
}

// A lawOutcome is what both sides say of a request, spelled alike.
type lawOutcome struct {
	Found    bool
	Winner   string
	Reply    string
	Filters  lawPassage
	Backends []lawBackend
	Partial  []string // shares while some backends are unavailable
	Response string
	Timeouts string
	Retry    string
	Accrual  bool
	Permit   string
}

type lawBackend struct {
	Share, Failing, Response string
	Filters                  lawPassage
}

type lawPassage struct {
	Reply   string
	Headers string
}

// sortedHeaders spells headers out by name: their order matters within a name only.
func sortedHeaders(lines []string) string {
	slices.SortStableFunc(lines, func(a, b string) int {
		a, _, _ = strings.Cut(a, "=")
		b, _, _ = strings.Cut(b, "=")
		return strings.Compare(a, b)
	})
	return strings.Join(lines, "\n")
}

func lawShares(list []*big.Rat) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.String())
	}
	return out
}
