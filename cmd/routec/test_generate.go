package main

import (
	"fmt"
	"io"

	"routec.dev/routec/compile/routetest"
)

// generate prints the tests that are missing, a document for each cluster.
func (t *session) generate(std streams) error {
	missing, parts := 0, 0
	for i, r := range t.runners {
		name := "generated"
		if len(t.runners) > 1 {
			name += "-" + t.result.Clusters[i].Mesh.Name
			if _, err := io.WriteString(std.out, "---\n"); err != nil {
				return err
			}
		}
		found := r.Coverage.Generate(r.Cluster)
		missing, parts = missing+len(found), parts+len(r.Coverage.Parts)
		if err := routetest.Write(std.out, name, found, t.where); err != nil {
			return err
		}
	}
	switch {
	case parts == 0:
		fmt.Fprintln(std.err, "routec: there is nothing to test: no route, profile or authorization of the sources has a say")
	case missing == 0:
		fmt.Fprintln(std.err, "routec: no test is missing: the RouteTests reach every part")
	}
	return nil
}
