package bundle

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// exchangeFolders exchanges two folders in one step: renameat2(2) with RENAME_EXCHANGE.
func exchangeFolders(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if err == nil {
		return nil
	}
	for _, known := range []error{unix.EBUSY, unix.EXDEV, unix.EINVAL, unix.ENOSYS, unix.EACCES, unix.EPERM} {
		if errors.Is(err, known) {
			return fmt.Errorf("%w: %w", errNoExchange, err)
		}
	}
	return fmt.Errorf("exchange %s and %s: %w", a, b, err)
}
