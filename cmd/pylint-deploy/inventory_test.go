package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestInventoryShowsWhatAnsibleInventoryShows(t *testing.T) {
	path, err := exec.LookPath("ansible-inventory")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ansible-inventory is not installed")
		}
		t.Skip("ansible-inventory is not installed")
	}
	dir := t.TempDir()
	put(t, dir, "inv.yml", "all:\n  hosts:\n    top: {n: null, t: '{{ x }}', u: !unsafe '{{ x }}'}\n  children:\n    web:\n      hosts: {web1: {l: [1, a]}}\n      vars: {é: ü}\n")
	put(t, dir, "hosts", "[web]\nweb[1:2] a=1 b='x y'\n[db:children]\nweb\n[db:vars]\nd=1.5\n")
	for _, args := range []string{"--list", "--list --export", "--list --yaml", "--list --export -y", "--host web1", "--host web1 -y", "--graph", "--graph --vars", "--graph db"} {
		fields := append([]string{"-i", "inv.yml", "-i", "hosts"}, strings.Fields(args)...)
		cmd := exec.Command(path, fields...)
		cmd.Dir = dir
		want, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		got, err := runIn(t, dir, "", append([]string{"inventory"}, fields...)...)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("inventory %s:\n%s\nAnsible's:\n%s", args, got, want)
		}
	}
}
