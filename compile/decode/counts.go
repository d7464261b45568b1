package decode

import (
	"cmp"
	"slices"
)

// Counts says what was read and is not routing, so that nothing vanishes unsaid.
type Counts struct {
	Documents  int         // read, of any content
	NotObjects int         // without apiVersion and kind: values files, patches, pipelines, …
	Other      []KindCount // objects of kinds that have no say; by group, then kind
}

// A KindCount is how many objects of a kind there are.
type KindCount struct {
	GroupKind
	Count int
}

// Others returns how many objects of other kinds there are.
func (c *Counts) Others() int {
	n := 0
	for _, k := range c.Other {
		n += k.Count
	}
	return n
}

func (c *Counts) add(kind GroupKind, n int) {
	i, found := slices.BinarySearchFunc(c.Other, kind, func(k KindCount, kind GroupKind) int {
		return cmp.Or(cmp.Compare(k.Group, kind.Group), cmp.Compare(k.Kind, kind.Kind))
	})
	if !found {
		c.Other = slices.Insert(c.Other, i, KindCount{GroupKind: kind})
	}
	c.Other[i].Count += n
}

// Join adds what other counted.
func (c *Counts) Join(other Counts) {
	c.Documents += other.Documents
	c.NotObjects += other.NotObjects
	for _, k := range other.Other {
		c.add(k.GroupKind, k.Count)
	}
}
