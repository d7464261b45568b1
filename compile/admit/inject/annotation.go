package inject

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
)

// inheritable lists the annotations that an injected Pod takes over from its Namespace
// where it has none of its own (pkg/inject/inject.go).
var inheritable = []string{
	"config.linkerd.io/admin-port",
	"config.linkerd.io/control-port",
	"config.linkerd.io/enable-debug-sidecar",
	"config.linkerd.io/enable-external-profiles",
	"config.linkerd.io/image-pull-policy",
	"config.linkerd.io/inbound-port",
	"config.linkerd.io/outbound-port",
	"config.linkerd.io/pod-inbound-ports",
	"config.linkerd.io/proxy-cpu-limit",
	"config.linkerd.io/proxy-cpu-request",
	"config.linkerd.io/proxy-image",
	"config.linkerd.io/proxy-admin-shutdown",
	"config.linkerd.io/proxy-log-format",
	"config.linkerd.io/proxy-log-level",
	"config.linkerd.io/proxy-log-http-headers",
	"config.linkerd.io/proxy-memory-limit",
	"config.linkerd.io/proxy-memory-request",
	"config.linkerd.io/proxy-ephemeral-storage-limit",
	"config.linkerd.io/proxy-ephemeral-storage-request",
	"config.linkerd.io/proxy-uid",
	"config.linkerd.io/proxy-gid",
	"config.linkerd.io/proxy-version",
	"config.linkerd.io/proxy-require-identity-inbound-ports",
	"config.linkerd.io/skip-inbound-ports",
	"config.linkerd.io/opaque-ports",
	"config.linkerd.io/skip-outbound-ports",
	"config.linkerd.io/proxy-metrics-hostname-labels",
	"config.linkerd.io/proxy-outbound-connect-timeout",
	"config.linkerd.io/proxy-inbound-connect-timeout",
	"config.linkerd.io/proxy-await",
	"config.linkerd.io/default-inbound-policy",
	"config.linkerd.io/skip-subnets",
	"config.linkerd.io/access-log",
	"config.linkerd.io/shutdown-grace-period",
	"config.linkerd.io/proxy-outbound-discovery-cache-unused-timeout",
	"config.linkerd.io/proxy-inbound-discovery-cache-unused-timeout",
	"config.linkerd.io/proxy-disable-outbound-protocol-detect-timeout",
	"config.linkerd.io/proxy-disable-inbound-protocol-detect-timeout",
	"config.linkerd.io/proxy-enable-native-sidecar",
	"config.linkerd.io/proxy-additional-env",
	"config.alpha.linkerd.io/proxy-wait-before-exit-seconds",
	"config.alpha.linkerd.io/proxy-enable-native-sidecar",
	"linkerd.io/inject",
}

// unquote reads text as the JSON patch of an injected Pod carries it: between quotes, as it
// is. ok is false when the patch is then unreadable.
func unquote(text string) (value string, ok bool) {
	err := json.Unmarshal([]byte(`"`+text+`"`), &value)
	return value, err == nil
}

// htmlEscaper escapes as Go's html/template does in text.
var htmlEscaper = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "'", "&#39;", "&", "&amp;", "<", "&lt;", ">", "&gt;", "+", "&#43;")

// unquoteEscaped reads text as the patch of a Service or of a Pod that is not injected
// carries it: escaped for HTML first.
func unquoteEscaped(text string) (value string, ok bool) { return unquote(htmlEscaper.Replace(text)) }

// with returns the annotations with one more; the map given is left alone.
func with(annotations map[string]string, key, value string) map[string]string {
	out := make(map[string]string, len(annotations)+1)
	maps.Copy(out, annotations)
	out[key] = value
	return out
}

// portOf reads a port annotation: a 32-bit decimal integer. Any other text keeps the
// default; a number that is no port is taken, and then the API server refuses the Pod.
func portOf(annotations map[string]string, key string, otherwise int32) int32 {
	n, err := strconv.ParseInt(annotations[key], 10, 32)
	if err != nil {
		return otherwise
	}
	return int32(n)
}
