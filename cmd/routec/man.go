package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func manCommand(std streams) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write man pages to a folder",
		Long: `Man writes a page for every verb to the folder DIR, and makes the folder if it is not there.
Where DIR is man1 of a folder in MANPATH, 'man routec-check' finds them.`,
		Example: "  routec man ~/.local/share/man/man1",
		Args:    usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("make man folder: %w", err)
			}
			// A fixed date: pages of one version are the same wherever they are made.
			epoch := time.Unix(0, 0).UTC()
			header := &doc.GenManHeader{Section: "1", Source: "routec " + version(), Manual: "routec", Date: &epoch}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			keepBlocks(root)
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return fmt.Errorf("write man pages: %w", err)
			}
			return nil
		},
	}
}

// keepBlocks indents what help shows as a block (YAML, a table) as deep as the writer of man
// pages wants it; it would flow it together as text.
func keepBlocks(cmd *cobra.Command) {
	var b strings.Builder
	for line := range strings.Lines(cmd.Long) {
		if strings.HasPrefix(line, "  ") {
			line = "  " + line
		}
		b.WriteString(line)
	}
	cmd.Long = b.String()
	for _, c := range cmd.Commands() {
		keepBlocks(c)
	}
}
