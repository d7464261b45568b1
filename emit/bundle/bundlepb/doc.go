// Package bundlepb is the schema of bundle.pb and of the bundle's index, as generated from
// bundle.proto. What the messages mean is said there; package bundle reads and writes them.
package bundlepb
