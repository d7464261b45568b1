package decode

import (
	"fmt"
	"maps"
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

type readField = func(r *meshReader, at source.Place, value any, mesh *manifest.Mesh)

// text reads a field that is text and valid; want says in words what that means.
func text(valid func(string) bool, want string, field func(*manifest.Mesh) *string) readField {
	return func(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
		if s, ok := r.text(at, value, valid, want); ok {
			*field(mesh) = s
		}
	}
}

// textList reads a field that is a list of valid texts.
func textList(valid func(string) bool, want string, field func(*manifest.Mesh) *[]string) readField {
	return func(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
		list, ok := value.([]any)
		if !ok {
			r.wrongType(at, "a list", value)
			return
		}
		out := make([]string, 0, len(list))
		for i, item := range list {
			if s, ok := r.text(at.Sub(source.Index("", i)), item, valid, want); ok {
				out = append(out, s)
			}
		}
		*field(mesh) = out
	}
}

// choice reads a field that is one of a few words.
func choice[S ~string](words []S, field func(*manifest.Mesh) *S) readField {
	return func(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
		if s, ok := r.choice(at, value, asStrings(words)); ok {
			*field(mesh) = S(s)
		}
	}
}

func (r *meshReader) choice(at source.Place, value any, words []string) (string, bool) {
	s, ok := value.(string)
	switch {
	case !ok:
		r.wrongType(at, "one of "+strings.Join(words, ", "), value)
	case !slices.Contains(words, s):
		help, near := "write one of "+strings.Join(words, ", "), diag.Nearest(s, words)
		if near != "" {
			help = fmt.Sprintf("did you mean %s?", near)
		}
		r.bad(at, fmt.Sprintf("%q is not a value of %s", s, lastStep(at.Field)), help)
		if near != "" {
			r.report.Fix(diag.Edit{Value: near})
		}
	default:
		return s, true
	}
	return "", false
}

func (r *meshReader) text(at source.Place, value any, valid func(string) bool, want string) (string, bool) {
	s, ok := value.(string)
	switch {
	case !ok:
		r.wrongType(at, want, value)
	case !valid(s):
		r.bad(at, fmt.Sprintf("%q is not %s", s, want), "write "+want)
	default:
		return s, true
	}
	return "", false
}

func readAllowHeaders(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
	allow, ok := value.(bool)
	if !ok {
		r.wrongType(at, "true or false", value)
		return
	}
	mesh.AllowL5dRequestHeaders = allow
}

// readOpaquePorts reads a list of ports and ranges "A-B", as numbers or text.
func readOpaquePorts(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
	const want = "a port such as 3306 or a range such as 4000-4010, from 1 to 65535"
	list, ok := value.([]any)
	if !ok {
		r.wrongType(at, "a list", value)
		return
	}
	mesh.DefaultOpaquePorts = make([]string, 0, len(list))
	for i, item := range list {
		if n, ok := item.(int64); ok {
			item = strconv.FormatInt(n, 10)
		}
		if s, ok := r.text(at.Sub(source.Index("", i)), item, isPortRange, want); ok {
			mesh.DefaultOpaquePorts = append(mesh.DefaultOpaquePorts, s)
		}
	}
}

func readGatewayAPI(r *meshReader, at source.Place, value any, mesh *manifest.Mesh) {
	object, ok := value.(map[string]any)
	if !ok {
		r.wrongType(at, "an object with bundle and channel", value)
		return
	}
	r.known(at, object, []string{"bundle", "channel"})
	if v := object["bundle"]; v != nil {
		if s, ok := r.text(at.Sub("bundle"), v, isRelease, "a release of the Gateway API in quotes, such as \"1.1.1\""); ok {
			mesh.GatewayAPI.Bundle = s
		}
	}
	if v := object["channel"]; v != nil {
		if s, ok := r.choice(at.Sub("channel"), v, []string{"standard", "experimental"}); ok {
			mesh.GatewayAPI.Channel = s
		}
	}
}

var (
	label   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	release = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+$`)
)

// isLabel reports whether s can name a namespace (RFC 1123).
func isLabel(s string) bool { return label.MatchString(s) }

// isSubdomain reports whether s is one or more labels with dots between (RFC 1123).
func isSubdomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	for part := range strings.SplitSeq(s, ".") {
		if !isLabel(part) {
			return false
		}
	}
	return true
}

func isRelease(s string) bool { return release.MatchString(s) }

func isCIDR(s string) bool {
	_, err := netip.ParsePrefix(s)
	return err == nil
}

// isFolder reports whether s names a folder at or below the root of a source.
func isFolder(s string) bool {
	clean := path.Clean(s)
	return s != "" && !path.IsAbs(s) && clean != ".." && !strings.HasPrefix(clean, "../")
}

func isPortRange(s string) bool {
	low, high, ranged := strings.Cut(s, "-")
	a, ok := port(low)
	if !ranged {
		return ok
	}
	b, ok2 := port(high)
	return ok && ok2 && a <= b
}

func port(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return n, err == nil && n > 0 && s[0] != '+'
}

func asStrings[S ~string](words []S) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// step writes a key as a step of a field path.
func step(key string) string {
	if key == "" || strings.ContainsAny(key, ".[]") {
		return "[" + key + "]"
	}
	return key
}

// lastStep returns the last step of a field path, for messages.
func lastStep(field string) string {
	if i := strings.LastIndexByte(field, '.'); i >= 0 {
		return field[i+1:]
	}
	return field
}
