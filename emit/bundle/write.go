package bundle

import (
	"context"

	"routec.dev/routec/ir"
)

// Write packs a program into a folder, which it makes if it is not there. The bundle is
// written whole or not at all, see [Writer].
func Write(ctx context.Context, dir string, p *ir.Program, opts Options) (*Summary, error) {
	w, err := Create(dir)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	summary, err := Pack(p, opts, func(path string, content ...[]byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return w.File(path, content...)
	})
	if err != nil {
		return nil, err
	}
	return summary, w.Commit()
}
