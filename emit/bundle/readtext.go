package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	destinationpb "github.com/linkerd/linkerd2-proxy-api/go/destination"
	inboundpb "github.com/linkerd/linkerd2-proxy-api/go/inbound"
	outboundpb "github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// readText reads the index, the statuses and the text of tables.
func readText(fsys fs.FS) (*Bundle, error) {
	t := textReader{fsys: fsys, messages: map[string][]byte{}}
	b := &Bundle{}
	for _, read := range []struct {
		folder string
		file   func(name string, text []byte) error
	}{
		{string(Outbound), t.tables}, {string(Egress), t.tables}, {string(Profile), t.tables}, {string(Inbound), t.tables},
		{"index", func(name string, text []byte) error { return t.index(b, text) }},
		{"status", func(name string, text []byte) error { return t.status(b, text) }},
	} {
		if err := t.walk(read.folder, read.file); err != nil {
			return nil, err
		}
	}
	if b.settings == nil {
		return nil, ErrNotBundle
	}
	for key := range t.messages {
		return nil, fmt.Errorf("the table %s is in no index", key)
	}
	return b, nil
}

// A textReader collects the messages of tables by key.
type textReader struct {
	fsys     fs.FS
	messages map[string][]byte
	files    int
}

// walk reads the text files of a folder, of which there may be none.
func (t *textReader) walk(folder string, read func(string, []byte) error) error {
	err := fs.WalkDir(t.fsys, folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".yaml" || !d.Type().IsRegular() {
			return err
		}
		if t.files++; t.files > maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		text, err := readFile(t.fsys, name, maxText)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(text, []byte(header)) {
			return nil // not ours
		}
		if err := read(name, text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// tables reads the documents of a file. Canonical text has no line that is only "---" but
// between documents.
func (t *textReader) tables(_ string, text []byte) error {
	for i, doc := range strings.Split("\n"+string(text), "\n---\n") {
		if i == 0 {
			continue // the header
		}
		if err := t.table(doc); err != nil {
			return err
		}
	}
	return nil
}

func (t *textReader) table(doc string) error {
	line, rest, _ := strings.Cut(doc, "\n")
	name, ok := strings.CutPrefix(line, tableComment)
	if !ok {
		return fmt.Errorf("a document does not begin with %q", strings.TrimSpace(tableComment))
	}
	key, err := ParseKey(name)
	if err != nil {
		return err
	}
	if _, twice := t.messages[name]; twice {
		return fmt.Errorf("%s stands here for the second time", name)
	}
	if strings.Contains("\n"+rest, "\n"+noTextComment) {
		return nil
	}
	m := key.Kind.message()
	if err := render.Read([]byte(rest), m); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t.messages[name], err = render.Binary(m)
	return err
}

// message makes an empty message of the kind's type.
func (k Kind) message() proto.Message {
	switch k {
	case Inbound:
		return &inboundpb.Server{}
	case Profile:
		return &destinationpb.DestinationProfile{}
	}
	return &outboundpb.OutboundPolicy{}
}

func (t *textReader) index(b *Bundle, text []byte) error {
	index := &bundlepb.Index{}
	if err := render.Read(text, index); err != nil {
		return err
	}
	if index.Settings != nil {
		b.settings = index.Settings
	}
	for _, e := range index.Tables {
		table, err := t.entry(e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Table, err)
		}
		b.Tables = append(b.Tables, table)
		delete(t.messages, e.Table)
	}
	return nil
}

// entry joins a line of the index with the text of the table, if it has any.
func (t *textReader) entry(e *bundlepb.IndexEntry) (Table, error) {
	key, err := ParseKey(e.Table)
	if err != nil {
		return Table{}, err
	}
	out := Table{Key: key, Refused: e.Refused, Governs: e.Governs, Message: t.messages[e.Table]}
	if out.Answer, err = parseAnswer(e.Answer); err != nil {
		return Table{}, err
	}
	sum, err := hex.DecodeString(e.Digest)
	if err != nil || len(sum) != len(out.Digest) {
		return Table{}, fmt.Errorf("%q is not a digest", e.Digest)
	}
	copy(out.Digest[:], sum)
	if out.Message != nil && sha256.Sum256(out.Message) != out.Digest {
		return Table{}, fmt.Errorf("the text of the table has digest %x, and the index says %s: changed by hand, or merged", sha256.Sum256(out.Message), out.Digest)
	}
	for _, by := range e.By {
		out.By = append(out.By, ir.Origin{Object: parseRef(by)})
	}
	return out, nil
}

// parseAnswer reads what [ir.Answer.String] writes; nothing stands for the message.
func parseAnswer(s string) (ir.Answer, error) {
	for a := ir.Silence; a <= ir.Conflict; a++ {
		if s == a.String() {
			return a, nil
		}
	}
	if s != "" {
		return 0, fmt.Errorf("%q is not an answer", s)
	}
	return ir.Message, nil
}

// parseRef reads what [ir.Ref.String] writes.
func parseRef(s string) (r ir.Ref) {
	kind, name, _ := strings.Cut(s, " ")
	r.Kind, r.Group, _ = strings.Cut(kind, ".")
	if r.Group == "" {
		r.Group = "core"
	}
	if ns, n, ok := strings.Cut(name, "/"); ok {
		r.Namespace, name = ns, n
	}
	r.Name = name
	return r
}

func (t *textReader) status(b *Bundle, text []byte) error {
	file := &bundlepb.StatusFile{}
	if err := render.Read(text, file); err != nil {
		return err
	}
	b.statuses = append(b.statuses, file.Statuses...)
	return nil
}
