//go:build !unix

package bundle

import (
	"errors"
	"os"
)

// errLocked says that another process may be at work in a folder.
var errLocked = errors.New("locked")

// lockFolder knows no locks here: what an interrupted writer leaves is left to people.
func lockFolder(string) (*os.File, error) { return nil, nil }

func waitFolder(string) (*os.File, error) { return nil, nil }

const hasLocks = false

func isReadOnly(error) bool { return false }
