package replay

import (
	"fmt"
	"strings"

	"github.com/linkerd/linkerd2-proxy-api/go/http_route"
)

// hostSets holds the distinct host lists of a table's routes. Set 0 is that of
// routes without hosts.
type hostSets struct {
	sets  []hostSet
	known map[string]int32 // only while preparing
}

func newHostSets() hostSets {
	return hostSets{sets: []hostSet{{}}, known: map[string]int32{"": 0}}
}

// add returns the number of the set with these hosts.
func (s *hostSets) add(hosts []*http_route.HostMatch) int32 {
	set := newHostSet(hosts)
	var key strings.Builder
	for _, c := range set {
		fmt.Fprintf(&key, "%t %d:%s", c.suffix, c.rank.length(), c.text)
	}
	number, ok := s.known[key.String()]
	if !ok {
		number = int32(len(s.sets))
		s.known[key.String()] = number
		s.sets = append(s.sets, set)
	}
	return number
}

// hostMemo remembers ranks while one request is answered. Sets beyond its size
// are ranked again each time.
type hostMemo [32]hostRank // rank + 1; 0 is unknown

func (m *hostMemo) rank(s *hostSets, set int32, r *Request) hostRank {
	if int(set) >= len(m) {
		return s.sets[set].rank(r)
	}
	if m[set] == 0 {
		m[set] = s.sets[set].rank(r) + 1
	}
	return m[set] - 1
}
