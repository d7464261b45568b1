package review

import (
	"encoding/json"
	"fmt"
	"io"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/delta"
)

// The JSON form of changes. Lists are in the order of the changes; what is empty is left out.
type (
	jsonChanges struct {
		Summary  string       `json:"summary"`
		Dangers  []jsonDanger `json:"dangers,omitempty"`
		Settings []jsonChange `json:"settings,omitempty"`
		Objects  []jsonObject `json:"objects,omitempty"`
		Tables   []jsonTable  `json:"tables,omitempty"`
		Statuses []jsonObject `json:"statuses,omitempty"`
	}
	jsonDanger struct {
		Danger string   `json:"danger"`
		Where  string   `json:"where"`
		What   []string `json:"what"`
	}
	jsonRef struct {
		Group     string `json:"group,omitempty"`
		Kind      string `json:"kind"`
		Namespace string `json:"namespace,omitempty"`
		Name      string `json:"name"`
	}
	jsonObject struct {
		Op      string       `json:"op"`
		Object  jsonRef      `json:"object"`
		Danger  string       `json:"danger,omitempty"`
		Changes []jsonChange `json:"changes,omitempty"`
	}
	jsonTable struct {
		Op      string       `json:"op"`
		Kind    string       `json:"kind"`
		Object  *jsonRef     `json:"object,omitempty"`
		Name    string       `json:"name,omitempty"`
		Port    uint16       `json:"port,omitempty"`
		Ports   string       `json:"ports,omitempty"`
		Client  string       `json:"client_namespace,omitempty"`
		Danger  string       `json:"danger,omitempty"`
		Changes []jsonChange `json:"changes,omitempty"`
	}
	jsonChange struct {
		Op      string       `json:"op"`
		Part    string       `json:"part"`
		Name    string       `json:"name,omitempty"`
		From    string       `json:"from,omitempty"`
		To      string       `json:"to,omitempty"`
		Old     *jsonShare   `json:"old_weight,omitempty"`
		New     *jsonShare   `json:"new_weight,omitempty"`
		Width   string       `json:"width,omitempty"`
		Danger  string       `json:"danger,omitempty"`
		File    string       `json:"file,omitempty"`
		Index   int          `json:"document,omitempty"`
		Field   string       `json:"field,omitempty"`
		Changes []jsonChange `json:"changes,omitempty"`
	}
	jsonShare struct {
		Weight uint32 `json:"weight"`
		Of     uint64 `json:"of"`
	}
)

// JSON writes the changes as one JSON object, indented.
func JSON(w io.Writer, c *delta.Changes) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(Value(c)); err != nil {
		return fmt.Errorf("write changes: %w", err)
	}
	return nil
}

// Value is what [JSON] writes, for those who put it into something larger.
func Value(c *delta.Changes, refused ...Refusal) any {
	out := jsonChanges{Summary: Summary(c), Settings: changesJSON(c.Settings), Objects: objectsJSON(c.Objects), Statuses: objectsJSON(c.Statuses)}
	for i := range c.Tables {
		t := &c.Tables[i]
		j := jsonTable{
			Op: t.Op.String(), Kind: t.Kind.String(), Danger: t.Danger.String(), Name: t.Name, Port: t.Port, Ports: t.Ports, Client: t.Client, Changes: changesJSON(t.Changes),
		}
		if t.Object != (ir.Ref{}) {
			r := refJSON(t.Object)
			j.Object = &r
		}
		out.Tables = append(out.Tables, j)
	}
	for _, d := range dangersOf(partsOf(c), refused) {
		out.Dangers = append(out.Dangers, jsonDanger{d.kind.String(), d.where, d.what})
	}
	return out
}

func refJSON(r ir.Ref) jsonRef {
	return jsonRef{Group: r.Group, Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}
}

func objectsJSON(list []delta.Object) (out []jsonObject) {
	for _, o := range list {
		out = append(out, jsonObject{Op: o.Op.String(), Object: refJSON(o.Ref), Danger: o.Danger.String(), Changes: changesJSON(o.Changes)})
	}
	return out
}

func changesJSON(list []delta.Change) (out []jsonChange) {
	for _, c := range list {
		j := jsonChange{
			Op: c.Op.String(), Part: c.Part.String(), Name: c.Name, From: c.From, To: c.To,
			Old: shareJSON(c.Shares[0]), New: shareJSON(c.Shares[1]), Width: c.Width.String(), Danger: c.Danger.String(), Changes: changesJSON(c.Changes),
		}
		if d := c.Origin.Place.Doc; d != nil {
			j.File, j.Index, j.Field = d.File, d.Index, c.Origin.Place.Field
		}
		out = append(out, j)
	}
	return out
}

func shareJSON(s delta.Share) *jsonShare {
	if s.Total == 0 {
		return nil
	}
	return &jsonShare{Weight: s.Weight, Of: s.Total}
}
