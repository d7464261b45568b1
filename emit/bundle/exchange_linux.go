//go:build linux && (amd64 || arm64)

package bundle

import (
	"errors"
	"fmt"
	"runtime"
	"syscall"
	"unsafe"
)

// exchangeFolders exchanges two folders in one step: renameat2(2) with RENAME_EXCHANGE.
func exchangeFolders(a, b string) error {
	const (
		cwd      = -100 // AT_FDCWD
		exchange = 2
	)
	number := map[string]uintptr{"amd64": 316, "arm64": 276}[runtime.GOARCH]
	from, err := syscall.BytePtrFromString(a)
	if err != nil {
		return err
	}
	to, err := syscall.BytePtrFromString(b)
	if err != nil {
		return err
	}
	at := cwd
	_, _, errno := syscall.Syscall6(number, uintptr(at), uintptr(unsafe.Pointer(from)), uintptr(at), uintptr(unsafe.Pointer(to)), exchange, 0)
	if errno == 0 {
		return nil
	}
	for _, known := range []error{syscall.EBUSY, syscall.EXDEV, syscall.EINVAL, syscall.ENOSYS, syscall.EACCES, syscall.EPERM} {
		if errors.Is(errno, known) {
			return fmt.Errorf("%w: %w", errNoExchange, errno)
		}
	}
	return fmt.Errorf("exchange %s and %s: %w", a, b, errno)
}
