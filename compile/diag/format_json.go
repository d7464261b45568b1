package diag

import (
	_ "embed"
	"encoding/json"
	"io"

	"routec.dev/routec/ir/source"
)

// JSONVersion names the JSON rendering. It changes when a field changes its meaning or goes;
// new fields may come without it.
const JSONVersion = "routec.dev/findings/v1"

// JSONSchema is the JSON Schema of that rendering.
//
//go:embed schema/findings-v1.json
var JSONSchema []byte

type jsonReport struct {
	Schema   string        `json:"schema"`
	Tool     jsonTool      `json:"tool"`
	Counts   jsonCounts    `json:"counts"`
	Findings []jsonFinding `json:"findings"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type jsonCounts struct {
	Hazard  int `json:"hazard"`
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
}

type jsonFinding struct {
	Code     Code   `json:"code"`
	Severity string `json:"severity"`
	Object   string `json:"object,omitempty"`
	Message  string `json:"message"`
	Help     string `json:"help,omitempty"`
	jsonPlace
	Related []jsonRelated `json:"related,omitempty"`
	Fix     []jsonEdit    `json:"fix,omitempty"`
}

type jsonEdit struct {
	Field string `json:"field"`
	Key   string `json:"key,omitempty"`
	Value any    `json:"value,omitempty"`
}

type jsonPlace struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Field  string `json:"field,omitempty"`
}

type jsonRelated struct {
	Message string `json:"message"`
	jsonPlace
}

func writeJSON(w io.Writer, list []finding, opts Options) error {
	n := counts(list)
	out := jsonReport{
		Schema: JSONVersion,
		Tool:   jsonTool{"routec", opts.Version},
		Counts: jsonCounts{n[Hazard], n[Error], n[Warning], n[Info]},
	}
	out.Findings = jsonFindings(list)
	return encode(w, out)
}

// JSONFindings are the findings as the JSON rendering has them, for those who put them into
// something larger. It is never nil.
func JSONFindings(list []Diagnostic, where Locator) any { return jsonFindings(locate(list, where)) }

func jsonFindings(list []finding) []jsonFinding {
	out := make([]jsonFinding, 0, len(list))
	for _, f := range list {
		j := jsonFinding{
			Code: f.Code, Severity: f.Severity.String(), Object: f.Object, Message: f.Message, Help: f.Help,
			jsonPlace: placed(f.pos, f.At),
		}
		for i, r := range f.Related {
			j.Related = append(j.Related, jsonRelated{r.Message, placed(f.related[i], r.At)})
		}
		for _, e := range f.Fix {
			at := e.Place(&f.Diagnostic)
			j.Fix = append(j.Fix, jsonEdit{source.Join(at.Item, at.Field), e.Key, e.Value})
		}
		out = append(out, j)
	}
	return out
}

func placed(pos source.Pos, at source.Place) jsonPlace {
	return jsonPlace{pos.File, pos.Line, pos.Col, source.Join(at.Item, at.Field)}
}

// encode writes indented JSON, with < and > as they are.
func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
