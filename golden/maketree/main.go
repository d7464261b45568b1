// Maketree writes a manifest tree for benchmarks: go run ./golden/maketree -n 10000 DIR.
package main

import (
	"flag"
	"fmt"
	"os"

	"routec.dev/routec/golden/tree"
)

func main() {
	var s tree.Shape
	flag.IntVar(&s.Manifests, "n", 10_000, "how many manifests")
	flag.Uint64Var(&s.Seed, "seed", 1, "seed of what is drawn")
	flag.BoolVar(&s.Single, "single", false, "one multi-document file instead of a file each")
	flag.BoolVar(&s.Workloads, "workloads", false, "workloads and policies, too")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: maketree [flags] DIR")
		os.Exit(2)
	}
	if err := tree.Write(flag.Arg(0), s); err != nil {
		fmt.Fprintln(os.Stderr, "maketree:", err)
		os.Exit(1)
	}
}
