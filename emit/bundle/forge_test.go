package bundle

import (
	"crypto/sha256"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/bundle/bundlepb"
	"routec.dev/routec/emit/render"
)

func unmarshal(content []byte, b *bundlepb.Bundle) error { return proto.Unmarshal(content, b) }

// refreeze sets every digest to what the content has.
func refreeze(b *bundlepb.Bundle) {
	tables := []*bundlepb.Table{b.Absent, b.UndefinedPort, b.Fallback}
	for _, t := range b.Targets {
		tables = append(append(append(tables, t.Tables...), t.Others...), t.Profiles...)
	}
	for _, w := range b.Workloads {
		tables = append(append(tables, w.Tables...), w.Others...)
	}
	for _, t := range append(tables, b.Endpoints...) {
		if t != nil {
			sum := sha256.Sum256(t.Message)
			t.Digest = sum[:]
		}
	}
	b.ProtoReflect().SetUnknown(nil)
	b.Digest = nil
	origins := b.Origins
	b.Origins = nil
	wire, err := render.Binary(b)
	if err != nil {
		return
	}
	sum := sha256.Sum256(wire)
	b.Digest, b.Origins = sum[:], origins
}
