package diag

import "strings"

// Nearest returns the word that s was probably meant to be, or "": at most two
// letters are wrong, and never more than a third of them.
func Nearest(s string, words []string) string {
	best, least := "", min(2, len(s)/3)+1
	for _, w := range words {
		if strings.EqualFold(s, w) {
			return w
		}
		if d := distance(s, w, least); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance returns how many letters to insert, remove or replace to make b of a, or
// limit when that many or more are.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return min(row[len(b)], limit)
}
