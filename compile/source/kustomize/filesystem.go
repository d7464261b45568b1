package kustomize

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"routec.dev/routec/compile/load"
)

// A readOnly shows an [fs.FS] to kustomize, as if it were mounted at "/". Files that
// are replaced have another content than the file system's.
type readOnly struct {
	fsys     fs.FS
	limit    int64 // of one file, in bytes
	replaced map[string][]byte
}

var errReadOnly = errors.New("the file system is read-only")

// name returns the name in the file system of an absolute or relative path.
func name(p string) string {
	p = strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(p)), "/")
	if p == "" {
		return "."
	}
	return p
}

func (r readOnly) Exists(p string) bool {
	_, err := fs.Stat(r.fsys, name(p))
	return err == nil
}

func (r readOnly) IsDir(p string) bool {
	info, err := fs.Stat(r.fsys, name(p))
	return err == nil && info.IsDir()
}

// CleanedAbs resolves links, so that what a folder contains cannot be argued about.
func (r readOnly) CleanedAbs(p string) (filesys.ConfirmedDir, string, error) {
	target, err := load.FollowLink(r.fsys, name(p))
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", name(p), err)
	}
	info, err := fs.Stat(r.fsys, target)
	if err != nil {
		return "", "", err
	}
	if info.IsDir() {
		return filesys.ConfirmedDir(path.Join("/", target)), "", nil
	}
	return filesys.ConfirmedDir(path.Join("/", path.Dir(target))), path.Base(target), nil
}

func (r readOnly) ReadFile(p string) ([]byte, error) {
	if text, ok := r.replaced[name(p)]; ok {
		return text, nil
	}
	return load.ReadFile(r.fsys, name(p), r.limit)
}

func (r readOnly) ReadDir(p string) ([]string, error) {
	entries, err := fs.ReadDir(r.fsys, name(p))
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

func (r readOnly) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(r.fsys, name(pattern))
	for i := range names {
		names[i] = path.Join("/", names[i])
	}
	return names, err
}

func (r readOnly) Walk(string, filepath.WalkFunc) error { return errReadOnly }
func (r readOnly) Open(string) (filesys.File, error)    { return nil, errReadOnly }
func (r readOnly) Create(string) (filesys.File, error)  { return nil, errReadOnly }
func (r readOnly) Mkdir(string) error                   { return errReadOnly }
func (r readOnly) MkdirAll(string) error                { return errReadOnly }
func (r readOnly) RemoveAll(string) error               { return errReadOnly }
func (r readOnly) WriteFile(string, []byte) error       { return errReadOnly }
