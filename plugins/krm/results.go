package krm

import (
	"cmp"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"routec.dev/routec/compile"
	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

// Tags of a result.
const (
	codeTag     = "routec.dev/code"
	severityTag = "routec.dev/severity"  // hazard, which the specification does not know
	renameTag   = "routec.dev/rename-to" // the name that the field was meant to have
)

// places finds where in the list, or on disk, findings are.
type places struct {
	list   *list
	config config
	texts  *compile.Texts
}

// results makes a result of every finding, by item; hazards stay first.
func (p *places) results(found []diag.Diagnostic) framework.Results {
	slices.SortStableFunc(found, func(a, b diag.Diagnostic) int {
		if a.Severity == diag.Hazard != (b.Severity == diag.Hazard) {
			return 0
		}
		return cmp.Compare(p.index(a.At), p.index(b.At))
	})
	out := make(framework.Results, 0, len(found))
	for i := range found {
		out = append(out, p.result(&found[i]))
	}
	return out
}

func (p *places) result(d *diag.Diagnostic) *framework.Result {
	r := &framework.Result{
		Message:  p.message(d),
		Severity: severity(d.Severity),
		Tags:     map[string]string{codeTag: string(d.Code)},
	}
	if d.Severity == diag.Hazard {
		r.Tags[severityTag] = d.Severity.String()
	}
	i := p.index(d.At)
	if i < 0 {
		if pos, _ := p.texts.Locate(d.At); pos.File != "" && pos.File != configName {
			r.File = &framework.File{Path: pos.File, Index: d.At.Doc.Index}
		}
		r.ResourceRef = reference(d.Object, "")
		r.Field = field(nil, d.At)
		propose(r, d)
		return r
	}
	it := &p.list.items[i]
	if file, index := it.origin(); file != "" {
		r.File = &framework.File{Path: file, Index: index}
	}
	r.ResourceRef = reference(d.Object, it.scalar("apiVersion"))
	r.Field = field(it.root(), d.At)
	propose(r, d)
	return r
}

// propose adds what would mend the field. The specification knows new values only: of a field
// with another name the value stays, and a tag says the name.
func propose(r *framework.Result, d *diag.Diagnostic) {
	for i := range d.Fix {
		e := &d.Fix[i]
		if r.Field == nil || e.Place(d) != d.At {
			continue // a result is about one field
		}
		r.Field.ProposedValue = e.Value
		if e.Key != "" {
			r.Field.ProposedValue = r.Field.CurrentValue
			r.Tags[renameTag] = e.Key
		}
	}
}

func severity(s diag.Severity) framework.Severity {
	switch s {
	case diag.Info:
		return framework.Info
	case diag.Warning:
		return framework.Warning
	}
	return framework.Error
}

// index returns which item a place is in, or -1.
func (p *places) index(at source.Place) int {
	if at.Doc == nil {
		return -1
	}
	digits, ok := strings.CutPrefix(at.Doc.File, "items[")
	if !ok {
		return -1
	}
	i, err := strconv.Atoi(strings.TrimSuffix(digits, "]"))
	if err != nil || i < 0 || i >= len(p.list.items) || itemName(i) != at.Doc.File {
		return -1
	}
	return i
}

// message is all that a finding says, because results have one text.
func (p *places) message(d *diag.Diagnostic) string {
	text := d.Message
	for _, r := range d.Related {
		pos, _ := p.Locate(r.At)
		text += "; " + strings.TrimPrefix(pos.String()+": ", ": ") + r.Message
	}
	if d.Help == "" {
		return text
	}
	first, size := utf8.DecodeRuneInString(d.Help)
	return text + ". " + string(unicode.ToUpper(first)) + d.Help[size:]
}

// reference reads how diagnostics name objects: "GRPCRoute.gateway.networking.k8s.io/faces/r".
func reference(object, version string) *yaml.ResourceIdentifier {
	parts := strings.Split(object, "/")
	if len(parts) < 2 {
		return nil
	}
	kind, group, _ := strings.Cut(parts[0], ".")
	if version == "" {
		version = group
	}
	ref := &yaml.ResourceIdentifier{TypeMeta: yaml.TypeMeta{APIVersion: version, Kind: kind}}
	ref.Name = parts[len(parts)-1]
	if len(parts) > 2 {
		ref.Namespace = parts[1]
	}
	return ref
}

// field is a place in an item with what stands there.
func field(root *yaml.Node, at source.Place) *framework.Field {
	name := source.Join(at.Item, at.Field)
	if name == "" {
		return nil
	}
	return &framework.Field{Path: name, CurrentValue: value(root, name)}
}

// Locate implements diag.Locator: an item is named by the file that the host read it from.
func (p *places) Locate(at source.Place) (source.Pos, string) {
	i := p.index(at)
	if i < 0 {
		return p.texts.Locate(at)
	}
	file, index := p.list.items[i].origin()
	switch {
	case file == "":
		file = itemName(i)
	case index > 0:
		file = fmt.Sprintf("%s (document %d)", file, index+1)
	}
	return source.Pos{File: file}, ""
}

// print writes warnings and worse for people: hosts show standard error, not results.
func (p *places) print(w io.Writer, found []diag.Diagnostic) error {
	shown := slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool { return d.Severity < diag.Warning })
	if err := diag.Text(w, shown, p, false); err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}

// origin returns the file and the index in it that the host's annotations give an item. They
// are only ever repeated, never opened; one that leads out of the package is not repeated.
func (it *item) origin() (file string, index int) {
	annotation := func(names ...string) string {
		for _, name := range names {
			if v := it.scalar("metadata", "annotations", name); v != "" {
				return v
			}
		}
		return ""
	}
	file = annotation("internal.config.kubernetes.io/path", "config.kubernetes.io/path")
	if file == "" {
		var from struct {
			Path string `yaml:"path"`
		}
		if yaml.Unmarshal([]byte(annotation("config.kubernetes.io/origin")), &from) == nil {
			file = from.Path
		}
		return honest(file), 0
	}
	index, err := strconv.Atoi(annotation("internal.config.kubernetes.io/index", "config.kubernetes.io/index"))
	if err != nil || index < 0 {
		index = 0
	}
	return honest(file), index
}

// honest returns a path that stays below its root, or "".
func honest(file string) string {
	if file == "" || path.IsAbs(file) || strings.ContainsFunc(file, unicode.IsControl) || strings.Contains(file, `\`) {
		return ""
	}
	if file = path.Clean(file); file == ".." || strings.HasPrefix(file, "../") {
		return ""
	}
	return file
}
