package kustomize

import (
	"regexp"
	"strings"
)

// elsewhere matches how a path begins that kustomize's library would fetch (its
// RepoSpec and its rule for remote files), and a little more.
var elsewhere = regexp.MustCompile(`(?i)^([a-z][a-z0-9+.-]*://|https?:|git::|gh:|github\.com[/:]|[a-z0-9._-]+@)`)

// isRemote reports whether kustomize might look for a path elsewhere than in the file
// system, whatever exists here.
func isRemote(path string) bool { return elsewhere.MatchString(strings.TrimSpace(path)) }
