package core

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"routec.dev/routec/compile/admit/schema"
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// The grammars of names. Each tries what nearly every name is first, without the
// library's regular expressions.

func labelErrors(s string) []string {
	if len(s) <= validation.DNS1123LabelMaxLength && schema.Label.Match(s) {
		return nil
	}
	return validation.IsDNS1123Label(s)
}

func subdomainErrors(s string) []string {
	if len(s) <= validation.DNS1123SubdomainMaxLength && schema.DNS.Match(s) {
		return nil
	}
	return validation.IsDNS1123Subdomain(s)
}

func portNumberErrors(n int64) []string {
	if 1 <= n && n <= 65535 {
		return nil
	}
	return validation.IsValidPortNum(int(n))
}

func portNameErrors(s string) []string {
	if isPlainWord(s) && len(s) <= 15 {
		return nil
	}
	return validation.IsValidPortName(s)
}

// isPlainWord accepts lower-case letters alone.
func isPlainWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return s != ""
}

// QualifiedNameErrors are those of label and annotation keys and of appProtocol.
func QualifiedNameErrors(s string) []string {
	if isPlainWord(s) && len(s) <= 63 {
		return nil
	}
	return validation.IsQualifiedName(s)
}

// labels reviews a map of labels.
func (f *findings) labels(code diag.Code, labels object, at string) {
	for _, key := range tree.Keys(labels) {
		f.invalidAll(code, at, key, QualifiedNameErrors(key))
		value := tree.Text(labels, key)
		if len(value) > 63 || value != "" && !schema.Label.Match(value) {
			f.invalidAll(code, at, value, validation.IsValidLabelValue(value))
		}
	}
}

// annotationKeyErrors are those of annotation keys, in which case does not count.
func annotationKeyErrors(key string) []string { return QualifiedNameErrors(strings.ToLower(key)) }
