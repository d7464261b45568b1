// Package bundle is the frozen set of one cluster on disk: every table in one deterministic
// protobuf (bundle.pb), and a tree of text files for people and pull requests, both from
// the same messages.
//
// [Pack] freezes a program and hands out files as they are made; [Write] puts them into a
// folder, whole or not at all; [Read] takes a folder back, and [Bundle.Program] makes a
// program of it that answers every query as the one that was packed did.
//
//	bundle.pb                   every table, index, origins, digests (bundlepb/bundle.proto)
//	index/NS.yaml               one line a table: key, digest, what decided it, who governs
//	outbound/NS/SERVICE.yaml    a document per port, and per port@CLIENTNS where clients differ
//	egress/NS/NETWORK.yaml
//	profile/NS/SERVICE.yaml
//	inbound/NS/WORKLOAD.yaml    KIND.WORKLOAD where two kinds share a name
//	status/NS.yaml              per route and parentRef: accepted or not, and why
//	index/_cluster.yaml         settings, and tables that belong to no object
package bundle

import (
	"crypto/sha256"
	"encoding/hex"

	"google.golang.org/protobuf/proto"
)

// Version is the format of bundle.pb that this package writes and reads.
const Version = 1

// A Digest is the SHA-256 of a message's binary form, or of a whole bundle.
type Digest [sha256.Size]byte

// String returns the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Options say what a bundle holds.
type Options struct {
	AllTables  bool // text also for tables that only repeat the defaults
	NoBinary   bool // no bundle.pb
	OnlyDigest bool // no files at all, and no sink: only the summary is made, in half the time

	// Judge makes a function that says why the proxy would refuse a message; empty: it does
	// not. Each worker makes one for itself and asks it once for every table, templates
	// included. Nil stands for no refusals.
	Judge func() func(Key, proto.Message) string
}

// A Sink takes the files of a bundle: a slash-separated path, and the content in pieces. It
// is called by several goroutines at once, once for each path, and must not keep the pieces.
type Sink func(path string, content ...[]byte) error

// A Summary says what was packed.
type Summary struct {
	Digest  Digest // of everything but where it was written
	Tables  int    // templates included
	Decided int    // tables that an object decided
	Refused int
	Texts   int // tables that have text; 0 with OnlyDigest
	Bytes   int // of bundle.pb; 0 with OnlyDigest
}
