package check

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/ir/source"
)

// A setting is an annotation that the injector reads on Pods, and does not insist on: what it
// cannot read counts as absent, with a line in its log at most (spec/admission.md ANN-31), and
// some it passes on unread (ANN-32).
type setting struct {
	reads   func(string) bool
	want    string // in words
	instead string // what becomes of another value
}

const (
	keepsDefault = "the injector keeps the default"
	passedOn     = "nobody checks it, and the container that sets up the network fails on it or skips nothing"
)

// settings by the name behind config.linkerd.io/.
var settings = map[string]setting{
	"skip-inbound-ports":  {isPortList, "a list of ports and ranges such as 25,4000-4010", passedOn},
	"skip-outbound-ports": {isPortList, "a list of ports and ranges such as 25,4000-4010", passedOn},
	"skip-subnets":        {isNetworkList, "a list of networks such as 10.0.0.0/8", passedOn},

	"proxy-cpu-request":               {isQuantity, "a quantity such as 100m", keepsDefault},
	"proxy-cpu-limit":                 {isQuantity, "a quantity such as 1", keepsDefault},
	"proxy-memory-request":            {isQuantity, "a quantity such as 64Mi", keepsDefault},
	"proxy-memory-limit":              {isQuantity, "a quantity such as 256Mi", keepsDefault},
	"proxy-ephemeral-storage-request": {isQuantity, "a quantity such as 64Mi", keepsDefault},
	"proxy-ephemeral-storage-limit":   {isQuantity, "a quantity such as 256Mi", keepsDefault},

	"proxy-outbound-connect-timeout": {isGoDuration, "a duration such as 1000ms", keepsDefault},
	"proxy-inbound-connect-timeout":  {isGoDuration, "a duration such as 100ms", keepsDefault},

	"proxy-await":                 {isOneOf("enabled", "disabled"), "enabled or disabled", keepsDefault},
	"enable-debug-sidecar":        {isGoBool, "true or false", keepsDefault},
	"enable-external-profiles":    {isGoBool, "true or false", keepsDefault},
	"proxy-enable-native-sidecar": {isGoBool, "true or false", keepsDefault},
}

const configGroup = "config.linkerd.io/"

// injectorSettings reports values that the injector does not understand, on templates and on
// the Namespaces that they inherit from.
func injectorSettings(in *Input, report *diag.Report) {
	for i := range in.Set.Namespaces {
		n := &in.Set.Namespaces[i]
		checkSettings(n, "", n.Annotations, report)
	}
	for i := range in.Set.Workloads {
		w := &in.Set.Workloads[i]
		t, field := manifest.Template(w)
		checkSettings(&w.Meta, field, t.Metadata.Annotations, report)
	}
}

func checkSettings(m *manifest.Meta, field string, annotations map[string]string, report *diag.Report) {
	if len(annotations) == 0 {
		return
	}
	for _, key := range keysOf(annotations) {
		name, ours := strings.CutPrefix(key, configGroup)
		s, known := settings[name]
		if value := annotations[key]; ours && known && value != "" && !s.reads(value) {
			say(report, diag.SettingUnread, diag.Warning, m, source.Join(field, annotationField(key)),
				fmt.Sprintf("%q is not %s: %s", value, s.want, s.instead), "write "+s.want)
		}
	}
}

func isPortList(s string) bool {
	for item := range strings.SplitSeq(s, ",") {
		first, last, ranged := strings.Cut(strings.TrimSpace(item), "-")
		a, err := strconv.ParseUint(first, 10, 16)
		if err != nil || a == 0 {
			return false
		}
		if b, err := strconv.ParseUint(last, 10, 16); ranged && (err != nil || b < a) {
			return false
		}
	}
	return true
}

func isNetworkList(s string) bool {
	for item := range strings.SplitSeq(s, ",") {
		if _, err := netip.ParsePrefix(strings.TrimSpace(item)); err != nil {
			return false
		}
	}
	return true
}

var quantity = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$`)

func isQuantity(s string) bool { return quantity.MatchString(s) }

func isGoDuration(s string) bool {
	_, err := time.ParseDuration(s)
	return err == nil
}

func isGoBool(s string) bool {
	_, err := strconv.ParseBool(s)
	return err == nil
}

func isOneOf(words ...string) func(string) bool {
	return func(s string) bool { return slices.Contains(words, s) }
}
