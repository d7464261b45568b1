package load

import (
	"encoding/json"
	"reflect"
	"testing"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// asClient returns what reaches a cluster when kubectl sends a document: JSON as it
// is, YAML by way of sigs.k8s.io/yaml, then numbers as int64 or float64.
func asClient(text []byte) (any, error) {
	var v any
	if !yaml.IsJSONBuffer(text) || !json.Valid(text) {
		err := yaml.Unmarshal(text, &v)
		return v, err
	}
	if err := utiljson.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	sent, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = utiljson.Unmarshal(sent, &v)
	return v, err
}

var clientTexts = []string{
	"a: yes\nb: on\nc: 010\nd: 0o10\ne: 0x10\nf: 1_000\ng: 1e3\nh: 1:30\ni: 2001-01-01\nj: 1e400\nk: tRue\nl: 09\nm: 0b11\nn: 0X10\no: 5.\np: 1.0\nq: 1.5\nr: -0.0\ns: -0\nt: 0b-11\nu: 18446744073709551615\nv: 9223372036854775808\nw: 1e18\nx: 1234567890123456768.0\ny: 1e20\nz: 1e21",
	"a: ~\nb:\nc: null\nd: Null\ne: ''\nf: \"\"\ng: |\n  text\n  more\nh: >-\n  folded\n  text\n\n  par",
	"1: a\n1.5: b\ntrue: c\nno: d\n0x10: e\n2001-01-01: f\n1e3: g\n1e30: h",
	"a: &x {b: 1, c: 2}\nd: *x\ne: {<<: *x, b: 3}\nf: {b: 3, <<: *x}\ng:\n  <<: [*x, {z: 1, b: 9}]",
	"a: 1\na: 2",
	"~: 1", "null: 1", "? [a]\n: 1", "? {a: b}\n: 1", "18446744073709551615: 1", "a: .inf", "a: .nan", ".inf: a",
	"a: !!str 5\nb: !!int \"5\"\nc: !!float 1\nd: !!binary aGVsbG8=\ne: !foo 5\nf: !!bool yes\ng: !!null ''\nh: !!timestamp 2001-01-01",
	"a: !!int x", "a: !!binary '%'", "a: !!timestamp foo", "a: *unknown", "a: &a [*a]",
	"- a\n- b", "text", "", "# only\n", "--- # c\na: b", "%YAML 1.1\n---\na: b",
	"a: [1, 2, {b: c}]\nd: {e: [f], \"g\": 'h'}",
	"{\"a\": 1e3, \"b\": \"\\/\", \"c\": [true, null]}", "{\"a\": \"\\ud83d\\ude00\",\t\"b\": -0, \"c\": 1e21, \"d\": 1.0, \"e\": 1234567890123456768.0}", "{\"a\": 1e400}", "{\"a\": {}, \"b\": []}", "{\"a\": \"\xff\"}",
	"a:\n- b\n- c:\n    d: e\n- - f\n  - g",
	"a: b: c", "\ta: b", "a: 'b", "a: \"\\q\"", "a: [1", "a: @b", "a: `b`", "- a\nb: c", "a: b\n c: d",
	"a: b #c\nd: e#f\ng: 'h' # i\n# j\nk: l",
	"a: 'it''s'\nb: \"x\\ty\\u0041\\x41\\n\"",
	"a: b\n  c\n  d\ne: f", "a: |+\n  x\n\nb: |2\n    y\nc: >\n  a\n   b\n  c\n",
	".5: a\nb: .5\nc: +5\nd: -5\ne: +.5\nf: 1.\ng: .\nh: ..\ni: -\nj: +",
}

func TestContentIsWhatTheClientSends(t *testing.T) {
	for _, text := range clientTexts {
		t.Run(text, func(t *testing.T) {
			want, wantErr := asClient([]byte(text))
			got, _, err := parse([]byte(text), DefaultLimits(), nil)
			if (err != nil) != (wantErr != nil) {
				t.Fatalf("error %v, want %v", err, wantErr)
			}
			if err == nil && !reflect.DeepEqual(got, want) {
				g, _ := json.Marshal(got)
				w, _ := json.Marshal(want)
				t.Errorf("got  %#v\n%s\nwant %#v\n%s", got, g, want, w)
			}
		})
	}
}

// FuzzContent holds the whole of parse against the clients' decoder. What only the
// limits refuse, and what the two generations of the library disagree on, is left out.
func FuzzContent(f *testing.F) {
	for _, text := range clientTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = string(normalize([]byte(text)))
		got, duplicates, err := parse([]byte(text), DefaultLimits(), nil)
		if err != nil || len(duplicates) > 0 {
			return
		}
		want, wantErr := asClient([]byte(text))
		if wantErr == nil && !reflect.DeepEqual(got, want) {
			t.Errorf("text %q\ngot  %#v\nwant %#v", text, got, want)
		}
	})
}

func TestLoneTagsAreRefused(t *testing.T) {
	for _, text := range []string{"0: !", "a: ! 5", "é: ! 5", "a: &x ! \"5\"", "a: [!, b]", "- ! 5"} {
		if v, _, err := parse([]byte(text), DefaultLimits(), nil); err == nil {
			t.Errorf("%q is read as %#v", text, v)
		}
	}
	for _, text := range []string{"a: b ! c", "a: '! c'", "a: b!", "# !\na: !!str b", "a: !b c"} {
		if _, _, err := parse([]byte(text), DefaultLimits(), nil); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
