package diag

// Findings of outbound resolution.
const (
	AnnotationIgnored  Code = "RC2001" // the controller ignores an annotation's value
	RouteUnconvertible Code = "RC2002" // the controller cannot use the route
	ParentStarved      Code = "RC2003" // a port-less parentRef covers fewer ports than it asks for
	ObjectInvisible    Code = "RC2004" // the controller cannot decode the object
	WatchKilled        Code = "RC2005" // the object ends a watch of the controller for all
	WeightIsPort       Code = "RC2006" // a weight equals a port of another backend
	TableRefused       Code = "RC2007" // the proxy refuses the table
	TablePanics        Code = "RC2008" // the table makes the proxy panic
	DurationTooLong    Code = "RC2009" // a duration that proxy JSON cannot express
)
