package bundle

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// Comments in front of a table's text. [Read] knows the key and the lack of text by them.
const (
	tableComment   = "# table: "
	noTextComment  = "# no text form: "
	refusedComment = "# REFUSED: "
)

// A text is a file in the making: documents of tables, one buffer for file after file.
type text struct {
	out []byte
}

// table appends the document of a table.
func (t *text) table(p *render.Printer, f frozen) error {
	if len(t.out) == 0 {
		t.out = append(t.out, header...)
	}
	t.out = append(t.out, "---\n"...)
	t.comment(tableComment, f.key.String())
	t.comment("# decided by: ", deciders(f.by))
	if f.governs != "" {
		t.comment("# governed by: ", f.governs)
	}
	if f.Refused != "" {
		t.comment(refusedComment, f.Refused)
	}
	if f.Answer != 0 {
		t.comment("# answered with: ", ir.Answer(f.Answer).String())
	}
	out, err := p.AppendYAML(t.out, f.Message)
	if no := (*render.NoTextError)(nil); errors.As(err, &no) {
		t.comment(noTextComment, no.At+": "+no.Reason)
		return nil
	}
	if err != nil {
		return err
	}
	t.out = out
	return nil
}

// comment appends a line. What names of objects can hold cannot end it.
func (t *text) comment(what, s string) {
	t.out = append(t.out, what...)
	t.out = append(t.out, oneLine(s)...)
	t.out = append(t.out, '\n')
}

// oneLine quotes text that holds anything but printable characters.
func oneLine(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) >= 0 {
		return strconv.Quote(s)
	}
	return s
}

// take returns the file, valid until the next table, and starts another; nil if nothing was
// added.
func (t *text) take() []byte {
	if len(t.out) == 0 {
		return nil
	}
	out := t.out
	t.out = t.out[:0]
	return out
}

func deciders(by []ir.Origin) string {
	if len(by) == 0 {
		return "defaults"
	}
	names := make([]string, len(by))
	for i, o := range by {
		names[i] = o.Object.String()
	}
	return strings.Join(names, ", ")
}

// governs says who governs a port, where a ServiceProfile is selected or could be.
func governs(t *ir.Target, key Key) string {
	for i := range t.Governs {
		g := &t.Governs[i]
		if g.Port != key.Port || g.Client != key.Client || g.Profile == (ir.Ref{}) {
			continue
		}
		var sides []string
		for _, s := range []struct {
			name string
			side ir.Side
		}{{"HTTP", g.HTTP}, {"opaque", g.Opaque}, {"TLS", g.TLS}} {
			if s.side != ir.NoTraffic {
				sides = append(sides, s.name+" "+s.side.String())
			}
		}
		text := strings.Join(sides, ", ")
		for j, r := range g.Masked {
			text += [...]string{"; masks ", ", "}[min(j, 1)] + r.String()
		}
		return text
	}
	return ""
}

// workloadPath returns the path of a workload's text: by its name, unless another kind
// shares it.
func workloadPath(all []ir.Workload, i int) string {
	ref := all[i].Ref
	same := func(j int) bool {
		return j >= 0 && j < len(all) && all[j].Ref.Namespace == ref.Namespace && all[j].Ref.Name == ref.Name
	}
	name := ref.Name
	prefix, _, dotted := strings.Cut(name, ".")
	if _, kind := lowerKinds[prefix]; same(i-1) || same(i+1) || dotted && kind {
		name = strings.ToLower(ref.Kind) + "." + name
	}
	return textPath(string(Inbound), ref.Namespace, name)
}

// lowerKinds are the kinds of workloads in lower case: a Pod named "job.a" must not take
// the place of a Job named "a".
var lowerKinds = func() map[string]bool {
	set := map[string]bool{}
	for kind := range workloadGroups {
		set[strings.ToLower(kind)] = true
	}
	return set
}()

// writeIndexes hands out an index for each namespace.
func writeIndexes(settings ir.Settings, units []unit, sink Sink) error {
	pieces := map[string][][]byte{}
	var names []string
	for i := range units {
		u := &units[i]
		if _, seen := pieces[u.namespace]; !seen {
			names = append(names, u.namespace)
			pieces[u.namespace] = [][]byte{[]byte(header + "tables:\n")}
		}
		pieces[u.namespace] = append(pieces[u.namespace], u.index)
	}
	slices.Sort(names)
	for _, name := range names {
		if name == noNamespace {
			text, err := render.YAML(&bundlepb.Index{Settings: settingsRecord(settings)})
			if err != nil {
				return err
			}
			pieces[name] = append(pieces[name], text)
		}
		if err := sink(textPath("index", name), pieces[name]...); err != nil {
			return err
		}
	}
	return nil
}

// writeStatuses hands out the statuses of each namespace.
func writeStatuses(statuses []ir.Status, sink Sink) error {
	files := map[string]*bundlepb.StatusFile{}
	var names []string
	for i := range statuses {
		ns := statuses[i].Object.Namespace
		if files[ns] == nil {
			names = append(names, ns)
			files[ns] = &bundlepb.StatusFile{}
		}
		files[ns].Statuses = append(files[ns].Statuses, statusRecord(&statuses[i]))
	}
	slices.Sort(names)
	printer := render.For(&bundlepb.StatusFile{})
	var buf bytes.Buffer
	for _, name := range names {
		wire, err := render.Binary(files[name])
		if err != nil {
			return err
		}
		buf.Reset()
		buf.WriteString(header)
		text, err := printer.AppendYAML(buf.AvailableBuffer(), wire)
		if err != nil {
			return err
		}
		buf.Write(text)
		if err := sink(textPath("status", name), buf.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
