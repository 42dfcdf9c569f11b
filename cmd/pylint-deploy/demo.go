package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pylint-deploy/executor/connection/sshserver"
	"pylint-deploy/playbooks"
)

func newDemoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Check a sample playbook and run it twice, over SSH, on nothing but this machine",
		Long: `Starts an SSH server inside this process (127.0.0.1, throw-away keys) whose home is a scratch directory, checks the sample
playbook, runs it over that connection, and runs it again. Needs no root and no server; everything is removed at the end.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDemo(cmd) },
	}
}

func runDemo(cmd *cobra.Command) error {
	dir, err := os.MkdirTemp("", "pylint-deploy-demo-")
	if err != nil {
		return fmt.Errorf("making a scratch directory: %w", err)
	}
	defer os.RemoveAll(dir)
	world, err := newDemoWorld(dir)
	if err != nil {
		return err
	}
	defer world.server.Close()
	out := cmd.OutOrStdout()
	for _, step := range []struct {
		title string
		args  []string
	}{
		{"What will a second run do? Ask before the first.", []string{"check", "--profile", "strict", world.playbook}},
		{"The first run.", world.run("run1.json")},
		{"The second run.", world.run("run2.json")},
	} {
		fmt.Fprintf(out, "\n# %s\n$ pylint-deploy %s\n", step.title, strings.ReplaceAll(strings.Join(step.args, " "), dir+"/", ""))
		if err := subcommand(cmd, step.args); err != nil {
			return err
		}
	}
	return world.verdict(out)
}

// subcommand runs this program again, in this process.
func subcommand(cmd *cobra.Command, args []string) error {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(cmd.OutOrStdout())
	root.SetErr(cmd.ErrOrStderr())
	return root.ExecuteContext(cmd.Context())
}

// demoWorld is a scratch directory with the playbook, the server's home and its keys.
type demoWorld struct {
	dir, playbook, hosts, home string
	server                     *sshserver.Server
}

func newDemoWorld(dir string) (*demoWorld, error) {
	w := &demoWorld{dir: dir, playbook: filepath.Join(dir, "demo", "site.yml"), hosts: filepath.Join(dir, "demo", "hosts.ini"), home: filepath.Join(dir, "server")}
	if err := os.CopyFS(dir, playbooks.Demo); err != nil {
		return nil, fmt.Errorf("unpacking the sample: %w", err)
	}
	keys := filepath.Join(dir, "keys")
	if err := errors.Join(os.Mkdir(w.home, 0o700), os.Mkdir(keys, 0o700)); err != nil {
		return nil, err
	}
	var err error
	if w.server, err = sshserver.Start(w.home, keys); err != nil {
		return nil, err
	}
	vars := fmt.Sprintf("ansible_host: 127.0.0.1\nansible_port: %d\nansible_user: %s\nansible_ssh_private_key_file: %s\nansible_ssh_common_args: -o UserKnownHostsFile=%s -o IdentitiesOnly=yes\n",
		w.server.Port, w.server.User, w.server.KeyFile, w.server.KnownHosts)
	hostVars := filepath.Join(dir, "demo", "host_vars")
	if err := os.Mkdir(hostVars, 0o700); err == nil {
		err = os.WriteFile(filepath.Join(hostVars, "demo.yml"), []byte(vars), 0o600)
	}
	if err != nil {
		w.server.Close()
		return nil, err
	}
	return w, nil
}

func (w *demoWorld) run(result string) []string {
	return []string{"run", w.playbook, "-i", w.hosts, "--output-file", "json=" + filepath.Join(w.dir, result)}
}

// verdict reads what the second run reported, and what is there.
func (w *demoWorld) verdict(out io.Writer) error {
	changed := map[string]int{}
	for _, run := range []string{"run1.json", "run2.json"} {
		text, err := os.ReadFile(filepath.Join(w.dir, run))
		if err != nil {
			return err
		}
		var doc struct {
			Stats map[string]struct{ Changed int }
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			return fmt.Errorf("reading the result of the run: %w", err)
		}
		for _, s := range doc.Stats {
			changed[run] += s.Changed
		}
	}
	if changed["run1.json"] == 0 || changed["run2.json"] != 0 {
		return fmt.Errorf("the runs changed %d and %d things: the demonstration is broken", changed["run1.json"], changed["run2.json"])
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(w.home, "srv"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nThe first run changed %d things and published %d files; the second changed nothing.\n", changed["run1.json"], files)
	return nil
}
