//go:build !linux

package bundle

import (
	"io/fs"
	"os"
)

// openRegular is [os.OpenFile] for regular files.
func openRegular(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}
