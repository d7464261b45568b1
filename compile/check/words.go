package check

import (
	"fmt"
	"strconv"
	"strings"

	"routec.dev/routec/ir"
)

// percent writes a share of requests: "10 %", "0.08 %", "less than 0.01 %".
func percent(part, whole uint64) string {
	if whole == 0 {
		return "0 %"
	}
	p := 100 * float64(part) / float64(whole)
	switch {
	case part > 0 && p < 0.01:
		return "less than 0.01 %"
	case part < whole && p > 99.99:
		return "more than 99.99 %"
	}
	s := strconv.FormatFloat(p, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + " %"
}

// among joins words as in "a, b and c", at most five of them.
func among(words []string) string {
	const most = 5
	if len(words) > most {
		words = append(words[:most:most], fmt.Sprintf("%d more", len(words)-most))
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// portsInWords writes ports: "port 80", "ports 80 and 443".
func portsInWords(ports []uint16) string {
	var words []string
	for _, p := range ports {
		words = append(words, strconv.Itoa(int(p)))
	}
	if len(words) == 1 {
		return "port " + words[0]
	}
	return "ports " + among(words)
}

// short names an object in a message: "HTTPRoute shop/web".
func short(r ir.Ref) string { return r.Kind + " " + r.Namespace + "/" + r.Name }
