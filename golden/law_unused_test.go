package golden

import (
	"slices"
	"testing"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir"
)

// tellUnused are the findings that say why an accepted route is in no table of a parent.
var tellUnused = []diag.Code{
	diag.RouteUnconvertible, diag.ParentStarved, diag.ParentPortUnknown,
	diag.RouteOutranked, diag.RouteOnOpaque, diag.RouteOnProtocol, diag.SecondTCPRoute,
}

// TestUnusedRoutesAreTold: whichever route a parent accepts is in one of the parent's tables,
// or a finding says why not.
func TestUnusedRoutesAreTold(t *testing.T) {
	told := 0
	var dirs []string
	for _, kind := range []string{"outbound", "permit-outbound"} {
		dirs = append(dirs, cases(t, kind)...)
	}
	for _, c := range dirs {
		cluster := decide(t, c)
		findings := map[string][]diag.Code{}
		for d := range cluster.Report.All() {
			findings[d.Object] = append(findings[d.Object], d.Code)
		}
		for i := range cluster.Program.Statuses {
			s := &cluster.Program.Statuses[i]
			for _, p := range s.Parents {
				target := cluster.Program.Target(p.Parent)
				if target == nil || p.Parent.Kind == "Server" || !p.Conditions[0].Status {
					continue
				}
				because := slices.ContainsFunc(findings[identity(s.Object)], func(c diag.Code) bool { return slices.Contains(tellUnused, c) })
				if !inSome(target, s.Object) {
					told++
					if !because {
						t.Errorf("%s: %s is accepted by %s:%d, in none of its tables, and nothing says why", c, s.Object, p.Parent, p.Port)
					}
				}
			}
		}
	}
	if told == 0 {
		t.Error("no recorded case has an unused route")
	}
}

func inSome(target *ir.Target, object ir.Ref) bool {
	for _, tables := range [][]ir.Outbound{target.Tables, target.Others} {
		for i := range tables {
			for _, routes := range [][]ir.Route{tables[i].Routes, tables[i].OpaqueRoutes} {
				if slices.ContainsFunc(routes, func(r ir.Route) bool { return r.Origin.Object == object }) {
					return true
				}
			}
		}
	}
	return false
}
