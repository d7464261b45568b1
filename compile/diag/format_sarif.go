package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"slices"
	"strings"

	"routec.dev/routec/ir/source"
)

// The parts of SARIF 2.1.0 that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string          `json:"id"`
		Short   sarifText       `json:"shortDescription"`
		Full    *sarifText      `json:"fullDescription,omitempty"`
		Help    *sarifText      `json:"help,omitempty"`
		Default *sarifConfig    `json:"defaultConfiguration,omitempty"`
		Bag     sarifProperties `json:"properties"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Bag          sarifProperties   `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int        `json:"startLine"`
		StartColumn int        `json:"startColumn,omitempty"`
		Snippet     *sarifText `json:"snippet,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifProperties struct {
		Severity string `json:"severity,omitempty"`
		Field    string `json:"field,omitempty"`
	}
)

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	sarifHome   = "https://routec.dev"
)

// writeSARIF writes one run. Rules are those of the codes that occur, with what the catalogue
// says of them.
func writeSARIF(w io.Writer, list []finding, opts Options) error {
	rules, err := sarifRules(list)
	if err != nil {
		return err
	}
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{"routec", opts.Version, sarifHome, rules}},
		ColumnKind: "unicodeCodePoints",
		Results:    make([]sarifResult, 0, len(list)),
	}
	for i := range list {
		run.Results = append(run.Results, list[i].sarif(rules))
	}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func sarifRules(list []finding) ([]sarifRule, error) {
	entries, err := Entries()
	if err != nil {
		return nil, err
	}
	rules := []sarifRule{}
	seen := map[Code]bool{}
	for i := range list {
		code := list[i].Code
		if seen[code] {
			continue
		}
		seen[code] = true
		rule := sarifRule{ID: string(code), Short: sarifText{string(code)}}
		if at := slices.IndexFunc(entries, func(e Entry) bool { return e.Code == code }); at >= 0 {
			e := &entries[at]
			rule.Short.Text = e.Title
			rule.Full = &sarifText{strings.ReplaceAll(e.Why, "\n", " ")}
			rule.Help = &sarifText{e.Why + "\n\nBroken:\n\n" + e.Broken + "\nMended:\n\n" + e.Fixed}
			rule.Default = &sarifConfig{sarifLevel(e.Severity)}
			rule.Bag.Severity = e.Severity.String()
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) })
	return rules, nil
}

func sarifLevel(s Severity) string {
	switch s {
	case Info:
		return "note"
	case Warning:
		return "warning"
	}
	return "error"
}

func (f *finding) sarif(rules []sarifRule) sarifResult {
	index, _ := slices.BinarySearchFunc(rules, string(f.Code), func(r sarifRule, id string) int { return strings.Compare(r.ID, id) })
	out := sarifResult{
		RuleID: string(f.Code), RuleIndex: index, Level: sarifLevel(f.Severity), Message: sarifText{f.said()},
		Fingerprints: map[string]string{"routec/v1": f.fingerprint()},
		Bag:          sarifProperties{f.Severity.String(), source.Join(f.At.Item, f.At.Field)},
	}
	at := sarifAt(f.pos, f.line)
	if f.Object != "" {
		at.Logical = []sarifLogical{{f.Object, "resource"}}
	}
	if at.Physical != nil || at.Logical != nil {
		out.Locations = []sarifLocation{at}
	}
	for i, r := range f.Related {
		if at := sarifAt(f.related[i], ""); at.Physical != nil {
			at.Message = &sarifText{r.Message}
			out.Related = append(out.Related, at)
		}
	}
	return out
}

func sarifAt(pos source.Pos, line string) sarifLocation {
	if pos.File == "" {
		return sarifLocation{}
	}
	p := &sarifPhysical{Artifact: sarifArtifact{fileURI(pos.File)}}
	if pos.Line > 0 {
		p.Region = &sarifRegion{StartLine: pos.Line, StartColumn: pos.Col}
		if line != "" {
			p.Region.Snippet = &sarifText{line}
		}
	}
	return sarifLocation{Physical: p}
}

// fileURI writes a file's name as a relative reference.
func fileURI(name string) string {
	return (&url.URL{Path: name}).String()
}

// fingerprint tells findings apart across runs, whatever the lines they are on.
func (f *finding) fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(f.Code), f.Object, f.pos.File, f.At.Item, f.At.Field}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
