package review

// A Refusal is a table that the proxy refuses and did not refuse before.
type Refusal struct {
	Table string // its key in a bundle
	Why   string
}
