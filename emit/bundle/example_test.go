package bundle_test

import (
	"fmt"
	"log"
	"os"

	"routec.dev/routec/emit/bundle"
)

// A bundle is read from a folder: its tables, with what decided each, and the program that
// they were made of.
func ExampleRead() {
	b, err := bundle.Read(os.DirFS("../../examples/faces/frozen"))
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range b.Tables {
		if len(t.By) > 0 {
			fmt.Printf("%s is decided by %s, %d bytes\n", t.Key, t.By[0].Object, len(t.Message))
		}
	}
	program, err := b.Program()
	if err != nil {
		log.Fatal(err)
	}
	for _, target := range program.Targets {
		fmt.Println(target.Ref, target.Ports)
	}
	// Output:
	// outbound/faces/smiley:50051 is decided by GRPCRoute.gateway.networking.k8s.io faces/smiley-a-b, 340 bytes
	// Service faces/smiley [50051]
	// Service faces/smiley2 [80]
}
