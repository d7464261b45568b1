package refuse

import "github.com/linkerd/linkerd2-proxy-api/go/destination"

// maxDepth is how many messages inside the profile the proxy's decoder enters.
// Beyond it the whole profile is refused, again and again (spec/profiles.md
// §3.4).
const maxDepth = 100

func (c *Checker) tooDeep(field string) {
	c.reject(field, "recursion limit reached")
}

// requestDepth is the depth of the innermost message of m, itself at depth d.
// It looks no deeper than one level beyond the limit.
func requestDepth(m *destination.RequestMatch, d int) int {
	if d > maxDepth {
		return d
	}
	deepest := d
	switch kind := m.GetMatch().(type) {
	case *destination.RequestMatch_All:
		deepest = requestsDepth(kind.All.GetMatches(), d+1)
	case *destination.RequestMatch_Any:
		deepest = requestsDepth(kind.Any.GetMatches(), d+1)
	case *destination.RequestMatch_Not:
		deepest = requestDepth(kind.Not, d+1)
	case *destination.RequestMatch_Path, *destination.RequestMatch_Method:
		deepest = d + 1
	}
	return deepest
}

func requestsDepth(ms []*destination.RequestMatch, d int) int {
	deepest := d
	for _, m := range ms {
		deepest = max(deepest, requestDepth(m, d+1))
	}
	return deepest
}

// responseDepth is requestDepth for responses.
func responseDepth(m *destination.ResponseMatch, d int) int {
	if d > maxDepth {
		return d
	}
	deepest := d
	switch kind := m.GetMatch().(type) {
	case *destination.ResponseMatch_All:
		deepest = responsesDepth(kind.All.GetMatches(), d+1)
	case *destination.ResponseMatch_Any:
		deepest = responsesDepth(kind.Any.GetMatches(), d+1)
	case *destination.ResponseMatch_Not:
		deepest = responseDepth(kind.Not, d+1)
	case *destination.ResponseMatch_Status:
		deepest = d + 1
	}
	return deepest
}

func responsesDepth(ms []*destination.ResponseMatch, d int) int {
	deepest := d
	for _, m := range ms {
		deepest = max(deepest, responseDepth(m, d+1))
	}
	return deepest
}
