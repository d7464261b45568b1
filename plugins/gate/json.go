package gate

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/emit/bundle"
	"routec.dev/routec/emit/review"
)

// JSONVersion names the JSON rendering. It changes when a field changes its meaning or goes;
// new fields may come without it.
const JSONVersion = "routec.dev/check/v1"

// JSONSchema is the JSON Schema of that rendering.
//
//go:embed schema/check-v1.json
var JSONSchema []byte

type (
	jsonReport struct {
		Schema   string        `json:"schema"`
		Tool     jsonTool      `json:"tool"`
		Verdict  string        `json:"verdict"`
		Reasons  []string      `json:"reasons"`
		Base     string        `json:"base,omitempty"`
		Findings jsonFindings  `json:"findings"`
		Golden   *jsonGolden   `json:"golden,omitempty"`
		Evidence *jsonEvidence `json:"evidence,omitempty"`
		Reviews  []jsonReview  `json:"reviews,omitempty"`
	}
	jsonTool struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	}
	jsonFindings struct {
		Introduced any `json:"introduced,omitempty"`
		Fixed      any `json:"fixed,omitempty"`
		Unchanged  any `json:"unchanged,omitempty"`
		Unclassed  any `json:"unclassed,omitempty"`
	}
	jsonGolden struct {
		Dir    string           `json:"dir"`
		State  string           `json:"state"`
		Meshes []jsonGoldenMesh `json:"meshes"`
		Extra  []string         `json:"extra,omitempty"`
	}
	jsonGoldenMesh struct {
		Mesh   string      `json:"mesh"`
		Dir    string      `json:"dir"`
		Digest string      `json:"digest"`
		Broken string      `json:"broken,omitempty"`
		Tables []jsonStale `json:"tables,omitempty"`
		Files  []jsonStale `json:"files,omitempty"`
	}
	jsonStale struct {
		Name  string `json:"name"`
		State string `json:"state"`
	}
	jsonEvidence struct {
		Name   string             `json:"name"`
		Meshes []jsonMeshEvidence `json:"meshes"`
		Others []string           `json:"others,omitempty"`
	}
	jsonMeshEvidence struct {
		Mesh   string      `json:"mesh"`
		State  string      `json:"state"`
		Digest string      `json:"digest"`
		Found  []jsonFound `json:"found,omitempty"`
	}
	jsonFound struct {
		Object string `json:"object"`
		Digest string `json:"digest"`
	}
	jsonReview struct {
		Mesh    string   `json:"mesh"`
		State   string   `json:"state,omitempty"`
		Changes any      `json:"changes"`
		Unknown []string `json:"unknown,omitempty"`
	}
)

// verdicts are the names of verdicts in JSON.
var verdicts = [...]string{Passes: "passes", Differs: "differs", HasErrors: "findings"}

// json writes the report by schema/check-v1.json.
func (r *Report) json(w io.Writer, opts WriteOptions) error {
	verdict, why := r.Verdict()
	out := jsonReport{
		Schema: JSONVersion, Tool: jsonTool{"routec", opts.Version}, Verdict: verdicts[verdict], Reasons: append([]string{}, why...),
		Base: r.Base, Findings: r.Findings.json(r), Golden: r.Golden.json(), Evidence: r.Evidence.json(),
	}
	for i := range r.Reviews {
		v := &r.Reviews[i]
		j := jsonReview{Mesh: v.Mesh, State: string(v.State), Changes: review.Value(v.Changes, v.Refused...)}
		for _, k := range v.Unknown {
			j.Unknown = append(j.Unknown, k.String())
		}
		out.Reviews = append(out.Reviews, j)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write report as json: %w", err)
	}
	return nil
}

func (f *Findings) json(r *Report) jsonFindings {
	if !f.Classed {
		return jsonFindings{Unclassed: diag.JSONFindings(f.All, r.Result.Texts)}
	}
	return jsonFindings{
		Introduced: diag.JSONFindings(f.Introduced, r.Result.Texts),
		Fixed:      diag.JSONFindings(f.Fixed, f.Old),
		Unchanged:  diag.JSONFindings(f.Unchanged, r.Result.Texts),
	}
}

func (g *Golden) json() *jsonGolden {
	if g == nil {
		return nil
	}
	out := &jsonGolden{Dir: g.Dir, State: "current", Extra: g.Extra}
	switch {
	case g.Stale():
		out.State = "stale"
	case g.outdated():
		out.State = "updated"
	}
	for _, m := range g.Meshes {
		out.Meshes = append(out.Meshes, m.json())
	}
	return out
}

func (m *GoldenMesh) json() jsonGoldenMesh {
	out := jsonGoldenMesh{Mesh: m.Mesh, Dir: m.Dir, Digest: "sha256:" + m.Summary.Digest.String(), Broken: brokenText(m.Was)}
	for _, t := range m.Was.Tables {
		out.Tables = append(out.Tables, jsonStale{t.Key, string(t.State)})
	}
	for _, f := range m.Was.Files {
		out.Files = append(out.Files, jsonStale{f.Path, string(f.State)})
	}
	return out
}

func brokenText(s *bundle.Staleness) string {
	if s.Broken == nil {
		return ""
	}
	return s.Broken.Error()
}

func (e *Evidence) json() *jsonEvidence {
	if e == nil {
		return nil
	}
	out := &jsonEvidence{Name: e.Name, Others: e.Others}
	for _, m := range e.Meshes {
		j := jsonMeshEvidence{Mesh: m.Mesh, State: string(m.State), Digest: m.Want}
		for _, f := range m.Found {
			j.Found = append(j.Found, jsonFound{f.Object, f.Digest})
		}
		out.Meshes = append(out.Meshes, j)
	}
	return out
}
