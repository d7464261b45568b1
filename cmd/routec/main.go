// Routec compiles service-mesh manifests to the routing tables that Linkerd's proxies are
// told. This package reads flags, calls one function, prints, and returns an exit code.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	// Repositories are compiled beside other jobs of a pipeline: 10,000 manifests stay
	// below 200 MB with this, for a tenth more time.
	debug.SetGCPercent(50)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}
