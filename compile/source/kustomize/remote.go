package kustomize

import (
	"regexp"
	"strings"
)

var userAt = regexp.MustCompile(`^[A-Za-z0-9._-]+@`)

// isRemote reports whether kustomize might look for a path elsewhere than in the file
// system. It says so of more paths than kustomize would fetch, whatever exists here.
func isRemote(path string) bool {
	lower := strings.ToLower(strings.TrimSpace(path))
	for _, start := range []string{"http:", "https:", "git::", "github.com/", "github.com:", "gh:"} {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	return strings.Contains(lower, "://") || userAt.MatchString(lower)
}
