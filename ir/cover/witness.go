package cover

import "routec.dev/routec/ir"

// A way is a place in the tables where a part stands.
type way struct {
	target   *ir.Target
	outbound *ir.Outbound
	opaque   bool // among the routes for connections without HTTP
	profile  *ir.Profile

	workload      *ir.Workload
	inbound       *ir.Inbound
	port          uint16
	authorization *ir.Authorization

	in                 *ir.Route
	route, rule, match int
}
