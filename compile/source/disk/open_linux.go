package disk

import (
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// openBeneath opens a file below a folder by openat2(2): the kernel walks the path in one
// step and refuses to leave the folder or to follow a link. Links, other failures and older
// kernels are left to [os.Root], which takes a step for each part of the path.
//
// It also keeps the file from the runtime's poller, which regular files have no use for:
// half of the system calls of a compilation were tries to add files to it.
func openBeneath(dir *os.File, name string) (*os.File, bool) {
	how := unix.OpenHow{
		Flags:   unix.O_RDONLY | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS,
	}
	fd, err := unix.Openat2(int(dir.Fd()), name, &how)
	runtime.KeepAlive(dir)
	if err != nil {
		return nil, false
	}
	// The name is that of [os.Root], by which a folder looks its entries up.
	return os.NewFile(uintptr(fd), strings.TrimSuffix(dir.Name(), ".")+name), true
}
