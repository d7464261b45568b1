package delta

import "slices"

// A pair joins an element of the old list with one of the new; -1 stands for none.
type pair struct {
	old, new int
	moved    bool
}

// pairs joins two lists by what their elements are. Each element has keys, the most telling
// first: elements are joined that share the first key, then of those left over the second,
// and so on. Pairs are in the order of the new list, and what is gone stands where it was.
// The fewest elements that explain the new order are moved.
func pairs(old, new [][]string) []pair {
	partner := make([]int, len(new)) // index in old
	taken := make([]bool, len(old))
	for i := range partner {
		partner[i] = -1
	}
	for level := 0; level < levels(old) && level < levels(new); level++ {
		free := map[string][]int{}
		for i, keys := range old {
			if !taken[i] {
				free[keys[level]] = append(free[keys[level]], i)
			}
		}
		for j, keys := range new {
			if candidates := free[keys[level]]; partner[j] < 0 && len(candidates) > 0 {
				partner[j] = candidates[0]
				taken[candidates[0]] = true
				free[keys[level]] = candidates[1:]
			}
		}
	}
	return inOrder(partner, taken)
}

func levels(keys [][]string) int {
	if len(keys) == 0 {
		return 0
	}
	return len(keys[0])
}

// inOrder lists the pairs, and marks those that moved.
func inOrder(partner []int, taken []bool) []pair {
	stays := longestAscent(partner)
	var out []pair
	gone := 0 // elements of old up to here are listed or have a partner
	for j, i := range partner {
		if stays[j] {
			for ; gone < i; gone++ {
				if !taken[gone] {
					out = append(out, pair{old: gone, new: -1})
				}
			}
		}
		out = append(out, pair{old: i, new: j, moved: i >= 0 && !stays[j]})
	}
	for ; gone < len(taken); gone++ {
		if !taken[gone] {
			out = append(out, pair{old: gone, new: -1})
		}
	}
	return out
}

// longestAscent marks a longest ascending run of the values that are not negative.
func longestAscent(values []int) []bool {
	var tails []int // index of the smallest value that ends a run of each length
	before := make([]int, len(values))
	for j, v := range values {
		if v < 0 {
			continue
		}
		n, _ := slices.BinarySearchFunc(tails, v, func(at, v int) int { return values[at] - v })
		before[j] = -1
		if n > 0 {
			before[j] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, j)
		} else {
			tails[n] = j
		}
	}
	marks := make([]bool, len(values))
	if len(tails) == 0 {
		return marks
	}
	for j := tails[len(tails)-1]; j >= 0; j = before[j] {
		marks[j] = true
	}
	return marks
}
