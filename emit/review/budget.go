package review

// DefaultBudget is how many bytes of markdown GitHub takes in a comment: it counts 65,536
// characters, of which no text has more than bytes. LeastBudget is what a page needs to say
// that it has no room.
const (
	DefaultBudget = 65536
	LeastBudget   = 4096
)
