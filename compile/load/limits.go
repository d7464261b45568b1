package load

import (
	"cmp"
	"fmt"
)

// Limits bound what hostile input can cost. Each is a flag of the command line,
// named in the diagnostic of whoever meets it.
type Limits struct {
	DocumentSize int64 // bytes of one document (--max-document-size)
	FileSize     int64 // bytes of one file (--max-file-size)
	TotalSize    int64 // bytes of all files together (--max-total-size)
	Files        int   // files read (--max-files)
	Documents    int   // documents in one file (--max-documents)
	Depth        int   // maps and lists inside one another (--max-depth)
	AliasNodes   int   // values that aliases add to one document (--max-alias-nodes)
}

// DefaultLimits returns bounds that no honest repository meets. The API server
// takes 3 MiB in one request, so a larger document could not be applied anyway.
func DefaultLimits() Limits {
	return Limits{
		DocumentSize: 3 << 20,
		FileSize:     256 << 20,
		TotalSize:    4 << 30,
		Files:        1_000_000,
		Documents:    1_000_000,
		Depth:        1_000,
		AliasNodes:   100_000,
	}
}

// OrDefaults returns the limits with each zero replaced by its default.
func (l Limits) OrDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		DocumentSize: cmp.Or(l.DocumentSize, d.DocumentSize),
		FileSize:     cmp.Or(l.FileSize, d.FileSize),
		TotalSize:    cmp.Or(l.TotalSize, d.TotalSize),
		Files:        cmp.Or(l.Files, d.Files),
		Documents:    cmp.Or(l.Documents, d.Documents),
		Depth:        cmp.Or(l.Depth, d.Depth),
		AliasNodes:   cmp.Or(l.AliasNodes, d.AliasNodes),
	}
}

// byteCount writes a number of bytes for people.
func byteCount(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
