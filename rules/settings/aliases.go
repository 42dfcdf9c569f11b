package settings

// aliases are ansible-lint's ids for what our rules find, so that existing noqa comments keep their meaning.
// Source: the list of rules in ansible-lint's documentation.
var aliases = map[string][]string{
	"no-changed-when": {"shell/unguarded-mutation", "shell/read-only-reports-changed", "shell/fails-on-rerun", "shell/accumulates",
		"shell/append", "shell/regenerates", "shell/floating-upgrade", "shell/in-place-edit"},
	"command-instead-of-module": {"shell/use-module", "shell/imperative-service"},
	"command-instead-of-shell":  {"shell/needless-shell"},
	"package-latest":            {"package/state-latest"},
	"latest":                    {"package/floating-vcs"},
	"latest[git]":               {"package/floating-vcs"},
	"latest[hg]":                {"package/floating-vcs"},
	"no-handler":                {"service/when-changed-not-handler"},
	"risky-file-permissions":    {"file/mode-unset"},
	"risky-shell-pipe":          {"shell/pipe-hides-failure"},
	"ignore-errors":             {"guard/ignore-errors-as-check"},
	"deprecated-module":         {"compat/removed-include"},
	"no-free-form":              {"compat/free-form-args"},
	"name[missing]":             {"compat/empty-name"},
	"partial-become":            nil,
	// ids of ansible-lint before version 6
	"301":                       {"shell/unguarded-mutation", "shell/read-only-reports-changed"},
	"302":                       {"shell/use-module"},
	"303":                       {"shell/use-module"},
	"305":                       {"shell/needless-shell"},
	"306":                       {"shell/pipe-hides-failure"},
	"401":                       {"package/floating-vcs"},
	"403":                       {"package/state-latest"},
	"503":                       {"service/when-changed-not-handler"},
	"208":                       {"file/mode-unset"},
	"git-latest":                {"package/floating-vcs"},
	"unnamed-task":              {"compat/empty-name"},
	"deprecated-command-syntax": {"compat/free-form-args"},
}

// Aliases gives our rules for one of ansible-lint's ids, nil for an id that is not one.
func Aliases(id string) []string { return aliases[id] }
