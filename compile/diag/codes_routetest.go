package diag

// Codes of route tests (compile/routetest).
// A code is never renumbered or reused; new ones go to the end.
const (
	TestUnknownField Code = "RC0201" // a RouteTest field that does not exist
	TestBadValue     Code = "RC0202" // a RouteTest field with a value that cannot be used
)
