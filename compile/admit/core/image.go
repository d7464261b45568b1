package core

import (
	"regexp"
	"strings"
)

// pullPolicy is the default for an image: Always for the tag latest, which is also that
// of a reference with neither tag nor digest. What is no reference has no tag.
func pullPolicy(image string) string {
	if tag, digest, ok := parseImage(image); ok && (tag == "latest" || tag == "" && digest == "") {
		return "Always"
	}
	return "IfNotPresent"
}

// The grammar of image references, as of the containers' own tools.
var (
	imageReference = regexp.MustCompile(`^((?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?/|\[[a-fA-F0-9:]+\](?::[0-9]+)?/)?` +
		`([a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)` +
		`(?::(\w[\w.-]{0,127}))?` +
		`(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?$`)
	imageIdentifier = regexp.MustCompile(`^[a-f0-9]{64}$`)
)

// longestImage bounds what is taken for a reference; a name has 255 characters at most.
const longestImage = 1024

func parseImage(image string) (tag, digest string, ok bool) {
	if len(image) > longestImage || imageIdentifier.MatchString(image) {
		return "", "", false
	}
	name, domain := image, ""
	if i := strings.IndexByte(image, '/'); i >= 0 {
		first := image[:i]
		if strings.ContainsAny(first, ".:") || first == "localhost" || strings.ToLower(first) != first {
			domain, name = first+"/", image[i+1:]
		}
	}
	parts := imageReference.FindStringSubmatch(domain + name)
	if parts == nil || len(parts[1])+len(parts[2]) > 255 {
		return "", "", false
	}
	return parts[3], parts[4], true
}
