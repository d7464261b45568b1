package eval

import (
	"strconv"

	"routec.dev/routec/ir"
	"routec.dev/routec/ir/source"
)

// SiteKind says which part of a route a [Site] means.
type SiteKind uint8

const (
	OfRoute SiteKind = iota
	OfHost
	OfRule
	OfMatch
	OfPath
	OfMethod // HTTP
	OfService
	OfRPC // the method's name, gRPC
	OfHeader
	OfQuery
	OfFilter
	OfBackend
	OfBackendFilter
	OfTimeouts
)

// A Site is a part of a route. Its indexes are those of the table and of the manifest alike.
type Site struct {
	Kind    SiteKind
	Route   *ir.Route
	Rule    int
	Match   int // OfMatch, OfPath … OfQuery; -1: the rule has none
	Backend int // OfBackend, OfBackendFilter
	Index   int // OfHost, OfHeader, OfQuery, OfFilter, OfBackendFilter
}

// Place returns where the part was written: nowhere for the control plane's own routes.
// A rule without matches has no place of its own for them, and answers with the rule's.
func (s Site) Place() source.Place {
	if s.Route == nil || s.Route.Origin.Place.Doc == nil {
		return source.Place{}
	}
	return s.Route.Origin.Place.Sub(s.field())
}

func (s Site) field() string {
	rule := at("spec.rules", s.Rule)
	switch s.Kind {
	case OfRoute:
		return ""
	case OfHost:
		return at("spec.hostnames", s.Index)
	case OfFilter:
		return at(rule+".filters", s.Index)
	case OfBackend:
		return at(rule+".backendRefs", s.Backend)
	case OfBackendFilter:
		return at(at(rule+".backendRefs", s.Backend)+".filters", s.Index)
	case OfTimeouts:
		return rule + ".timeouts"
	case OfRule:
		return rule
	}
	if s.Match < 0 {
		return rule
	}
	return at(rule+".matches", s.Match) + s.condition()
}

// condition is the field of a match.
func (s Site) condition() string {
	switch s.Kind {
	case OfPath:
		return ".path"
	case OfMethod:
		return ".method"
	case OfService:
		return ".method.service"
	case OfRPC:
		return ".method.method"
	case OfHeader:
		return at(".headers", s.Index)
	case OfQuery:
		return at(".queryParams", s.Index)
	}
	return ""
}

func at(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }
