package main

import (
	"io"

	"routec.dev/routec/compile/routetest"
)

// generate prints the tests that are missing, a document for each cluster.
func (t *session) generate(out io.Writer) error {
	for i, r := range t.runners {
		name := "generated"
		if len(t.runners) > 1 {
			name += "-" + t.result.Clusters[i].Mesh.Name
			if _, err := io.WriteString(out, "---\n"); err != nil {
				return err
			}
		}
		if err := routetest.Write(out, name, r.Coverage.Generate(r.Cluster), t.where); err != nil {
			return err
		}
	}
	return nil
}
