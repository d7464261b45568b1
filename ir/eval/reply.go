package eval

// A Cause is why the proxy answers a request itself.
type Cause uint8

const (
	NotServed       Cause = iota + 1 // the table does not speak this version of HTTP: the connection fails
	NoRoute                          // no rule matches
	Unauthorized                     // inbound: no authorization applies
	Redirected                       // by a filter
	InvalidRedirect                  // the filter cannot make a location for this request
	InjectedFailure                  // by a filter
	InvalidPolicy                    // the proxy refuses the table, or a filter has no content
	NoBackend                        // the rule sends nowhere
	FailingBackend                   // the backend cannot be reached
	Rejected                         // a filter fails the connection
	Crash                            // the filter panics on this request (§2.3 P5, P6)
	NoServerName                     // TLS without a server name that could be routed by (§1.9)
)

// String returns the cause in a few words.
func (c Cause) String() string {
	return [...]string{
		0:               "none",
		NotServed:       "not served",
		NoRoute:         "no route",
		Unauthorized:    "unauthorized",
		Redirected:      "redirect",
		InvalidRedirect: "invalid redirect",
		InjectedFailure: "injected failure",
		InvalidPolicy:   "invalid policy",
		NoBackend:       "no backend",
		FailingBackend:  "failing backend",
		Rejected:        "rejected connection",
		Crash:           "crash",
		NoServerName:    "no server name",
	}[c]
}

// A Reply is an answer that the proxy gives by itself.
type Reply struct {
	Cause    Cause
	Status   int    // HTTP status that the client sees; 200 for a gRPC client; 0: the connection ends
	GRPC     int    // grpc-status that a gRPC client sees, else -1
	Location string // of a redirect; a gRPC client is not shown it
	Message  string // of the filter, or why a redirect is invalid
}

// An asker is who a reply is for.
type asker struct {
	grpc    bool // it is told by grpc-status
	inbound bool
}

// reply makes the reply for a cause that has an HTTP status and a gRPC one (§7.1).
func (a asker) reply(cause Cause, status, grpc int, message string) *Reply {
	r := &Reply{Cause: cause, Status: status, GRPC: -1, Message: message}
	if a.grpc {
		r.Status, r.GRPC = 200, grpc
	}
	return r
}

// ended is the reply to a client whose connection just ends.
func ended(cause Cause, message string) *Reply {
	return &Reply{Cause: cause, GRPC: -1, Message: message}
}
