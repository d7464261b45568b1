package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Upstream revisions whose behaviour the compiler reproduces.
const (
	linkerdRevision  = "b24cd4059841"
	proxyRevision    = "29637b64f6ce"
	proxyAPIRevision = "v0.20.0"
)

func versionCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, and the upstream revisions that it reproduces",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(std.out, "routec %s\nlinkerd2 %s\nlinkerd2-proxy %s\nlinkerd2-proxy-api %s\n",
				version(), linkerdRevision, proxyRevision, proxyAPIRevision)
			return err
		},
	}
}

// version is the module version that the Go tool recorded; "devel" in a working copy.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
