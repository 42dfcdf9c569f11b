package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// links are the names of Ansible's programs under which this one may be installed, with the command that each means. A
// playbook's author decided long ago to run it, so findings do not stop ansible-playbook.
var links = map[string][]string{
	"ansible":           {"exec"},
	"ansible-inventory": {"inventory"},
	"ansible-playbook":  {"run", "--noncompliant=run"},
	"ansible-vault":     {"vault"},
}

// linkName is the name of Ansible's program that this one was started as, "" for its own.
func linkName() string {
	name := filepath.Base(os.Args[0])
	if links[name] == nil {
		return ""
	}
	return name
}

// asAnsible tells whether the program was started as ansible-playbook.
func asAnsible() bool { return linkName() == "ansible-playbook" }

// throughLink completes the arguments of a program that was started as one of Ansible's, and has its commands tell their version:
// scripts ask for it first.
func throughLink(root *cobra.Command, name string, args []string) ([]string, error) {
	command, _, err := root.Find(links[name])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	command.Version = version
	command.SetVersionTemplate(name + " (pylint-deploy " + version + ")\n")
	return append(append([]string{}, links[name]...), args...), nil
}
