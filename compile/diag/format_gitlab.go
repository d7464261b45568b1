package diag

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// gitlabViolation is an entry of a Code Quality report, as GitLab documents it.
type gitlabViolation struct {
	Description string         `json:"description"`
	Check       string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"` // unique in the report
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

var gitlabSeverities = [...]string{Info: "info", Warning: "minor", Error: "critical", Hazard: "blocker"}

// writeGitLab writes a Code Quality report. GitLab wants a place for each finding: those without
// one stand at the first line of the repository.
func writeGitLab(w io.Writer, list []finding) error {
	out := make([]gitlabViolation, 0, len(list))
	seen := map[string]int{}
	for i := range list {
		f := &list[i]
		text := f.said()
		if f.Object != "" {
			text = f.Object + ": " + text
		}
		identity := strings.Join([]string{f.fingerprint(), f.Message}, "\x00")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", identity, seen[identity]))
		seen[identity]++
		out = append(out, gitlabViolation{
			Description: oneLine(text), Check: string(f.Code), Fingerprint: hex.EncodeToString(sum[:16]),
			Severity: gitlabSeverities[f.Severity],
			Location: gitlabLocation{cmp.Or(f.pos.File, "."), gitlabLines{max(f.pos.Line, 1)}},
		})
	}
	return encode(w, out)
}
