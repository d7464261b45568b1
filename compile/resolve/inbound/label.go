package inbound

import (
	"slices"

	"routec.dev/routec/compile/manifest"
)

// selects reports whether labels satisfy a selector. Nil and empty selectors hold for all.
// An operator with the wrong kind of values is false, not an error (spec/inbound.md §1.4).
func selects(s *manifest.LabelSelector, labels map[string]string) bool {
	if s == nil {
		return true
	}
	for k, want := range s.MatchLabels {
		if v, ok := labels[k]; !ok || v != want {
			return false
		}
	}
	for _, e := range s.MatchExpressions {
		if !holds(e, labels) {
			return false
		}
	}
	return true
}

func holds(e manifest.LabelExpression, labels map[string]string) bool {
	v, present := labels[e.Key]
	if illegal(e) {
		return false
	}
	switch e.Operator {
	case "In":
		return present && slices.Contains(e.Values, v)
	case "NotIn":
		return !present || !slices.Contains(e.Values, v)
	case "Exists":
		return present
	}
	return !present // DoesNotExist
}

// illegal reports whether an operator has values that it takes none of, or lacks values.
func illegal(e manifest.LabelExpression) bool {
	switch e.Operator {
	case "In", "NotIn":
		return e.Values == nil
	}
	return e.Values != nil
}

// A labelIndex finds the objects that a selector selects without asking every object: it
// starts from the rarest label that the selector demands.
type labelIndex struct {
	labels []map[string]string
	byPair map[[2]string][]int32
	byKey  map[string][]int32
	all    []int32
}

func newLabelIndex(labels []map[string]string) *labelIndex {
	x := &labelIndex{labels: labels, byPair: map[[2]string][]int32{}, byKey: map[string][]int32{}}
	for i, m := range labels {
		for k, v := range m {
			x.byPair[[2]string{k, v}] = append(x.byPair[[2]string{k, v}], int32(i))
			x.byKey[k] = append(x.byKey[k], int32(i))
		}
		x.all = append(x.all, int32(i))
	}
	return x
}

// selected returns the indexes of the objects that s selects, ascending.
func (x *labelIndex) selected(s *manifest.LabelSelector) []int32 {
	var out []int32
	for _, i := range x.candidates(s) {
		if selects(s, x.labels[i]) {
			out = append(out, i)
		}
	}
	return out
}

// candidates returns the shortest list known to hold everything that s selects.
func (x *labelIndex) candidates(s *manifest.LabelSelector) []int32 {
	best := x.all
	if s == nil {
		return best
	}
	for k, v := range s.MatchLabels {
		if list := x.byPair[[2]string{k, v}]; len(list) < len(best) {
			best = list
		}
	}
	for _, e := range s.MatchExpressions {
		switch e.Operator {
		case "Exists":
			if list := x.byKey[e.Key]; len(list) < len(best) {
				best = list
			}
		case "In":
			if list, shorter := x.union(e, len(best)); shorter {
				best = list
			}
		}
	}
	return best
}

// union returns the objects that have one of the values, if they are fewer than limit. An
// object has one value for a key, so the lists are disjoint.
func (x *labelIndex) union(e manifest.LabelExpression, limit int) (list []int32, shorter bool) {
	values := slices.Compact(slices.Sorted(slices.Values(e.Values)))
	n := 0
	for _, v := range values {
		n += len(x.byPair[[2]string{e.Key, v}])
	}
	if n >= limit {
		return nil, false
	}
	for _, v := range values {
		list = append(list, x.byPair[[2]string{e.Key, v}]...)
	}
	slices.Sort(list)
	return list, true
}
