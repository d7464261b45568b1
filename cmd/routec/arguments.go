package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"routec.dev/routec/compile/diag"
)

// usageArgs makes an error about arguments one of usage, and says what would be right.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check(cmd, args) == nil {
			return nil
		}
		var err error
		switch {
		case cmd.HasSubCommands():
			err = noCommand(cmd, args[0])
		case len(args) == 0:
			err = fmt.Errorf("an argument is missing; the usage is: %s", cmd.UseLine())
		case len(args) == 1:
			err = fmt.Errorf("1 argument does not fit; the usage is: %s", cmd.UseLine())
		default:
			err = fmt.Errorf("%d arguments do not fit; the usage is: %s", len(args), cmd.UseLine())
		}
		return usageError{fmt.Errorf("%w\nRun '%s --help' for more", err, cmd.CommandPath())}
	}
}

// noCommand names the command that was probably meant, if one is near enough.
func noCommand(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return fmt.Errorf("there is no command %q; '%s %s' is near", name, cmd.CommandPath(), near[0])
	}
	return fmt.Errorf("there is no command %q", name)
}

// choices lets shells complete the values of a flag.
func choices(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag is not there, or has its values already
	}
}

// completeCodes lets shells complete the codes of diagnostics, with their titles.
func completeCodes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	entries, err := diag.Entries()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var codes []string
	for _, e := range entries {
		codes = append(codes, cobra.CompletionWithDesc(string(e.Code), e.Title))
	}
	return codes, cobra.ShellCompDirectiveNoFileComp
}
