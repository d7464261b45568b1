package review

// DefaultBudget is how many bytes of markdown a page may have: GitHub takes 65,536 characters
// in a comment. Whether it counts code points or UTF-16 units, no text has more of them than
// bytes. LeastBudget is what a page needs to say that it has no room.
const (
	DefaultBudget = 65536
	LeastBudget   = 4096
)

// footerRoom is kept for what is said of sections that are left out.
const footerRoom = 512
