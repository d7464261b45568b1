package bundle

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// openRegular is [os.OpenFile] for regular files. It keeps them from the runtime's poller,
// which has no use for them, but takes five system calls a file to find that out.
func openRegular(name string, flag int, perm fs.FileMode) (*os.File, error) {
	for {
		fd, err := syscall.Open(name, flag|syscall.O_CLOEXEC|syscall.O_LARGEFILE, uint32(perm.Perm()))
		switch {
		case err == nil:
			return os.NewFile(uintptr(fd), name), nil
		case !errors.Is(err, syscall.EINTR):
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
	}
}
