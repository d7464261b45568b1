package krm_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"routec.dev/routec/golden/tree"
	"routec.dev/routec/plugins/krm"
)

// inBench are the manifests of a benchmark.
var inBench = tree.Shape{Manifests: 10_000, Seed: 1}

// BenchmarkProcess is the function alone, on a list as kustomize hands it over.
func BenchmarkProcess(b *testing.B) {
	text := []byte("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	err := tree.Each(inBench, func(name string, manifest []byte) error {
		first := true
		for line := range bytes.Lines(manifest) {
			margin := "  "
			if first {
				margin = "- "
			}
			first = false
			text = append(append(text, margin...), line...)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := krm.Process(b.Context(), bytes.NewReader(text), io.Discard, io.Discard, krm.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFnRun says which share of a whole "kustomize fn run" the function takes:
//
//	ROUTEC_INTEGRATION=1 go test ./plugins/krm -run xxx -bench FnRun -benchtime 3x
//
// The function is a script that notes how long routec runs, its start included. On a machine that
// is busy otherwise, the share of the processors is the one to look at.
func BenchmarkFnRun(b *testing.B) {
	kustomize, routec := programs(b)
	dir := folder(b, routec, map[string]string{
		"routec.yaml": function("prod"),
		"routec.sh":   "#!/bin/sh\nfrom=$(date +%s%N)\n" + routec + " krm 2>>NOTES.log || exit\nto=$(date +%s%N)\necho $((to-from))ns >>NOTES\ntimes >>NOTES\n",
	})
	notes := filepath.Join(b.TempDir(), "notes")
	script := filepath.Join(dir, "routec.sh")
	text, err := os.ReadFile(script)
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(script, bytes.ReplaceAll(text, []byte("NOTES"), []byte(notes)), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := tree.Write(dir, inBench); err != nil {
		b.Fatal(err)
	}
	var whole, processor time.Duration
	for b.Loop() {
		start := time.Now()
		cmd := exec.Command(kustomize, "fn", "run", "--enable-exec", dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		whole += time.Since(start)
		processor += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	text, err = os.ReadFile(notes)
	if err != nil {
		b.Fatal(err)
	}
	var clock, ours time.Duration
	for i, field := range strings.Fields(string(text)) {
		d, err := time.ParseDuration(field)
		if err != nil {
			b.Fatal(err)
		}
		if i%5 == 0 {
			clock += d
		} else {
			ours += d // the shell's and its children's, as user and system
		}
	}
	b.ReportMetric(100*float64(clock)/float64(whole), "%-of-the-clock")
	b.ReportMetric(100*float64(ours)/float64(processor), "%-of-the-processors")
}
