package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInventoryShowsWhatAnsibleInventoryShows(t *testing.T) {
	path := theirs(t, "ansible-inventory")
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
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("inventory %s: -Ansible +ours\n%s", args, diff)
		}
	}
}

func TestConstructedInventoriesAreComputedAsAnsibleComputesThem(t *testing.T) {
	path := theirs(t, "ansible-inventory")
	dir := t.TempDir()
	put(t, dir, "hosts", "[web]\nweb[1:3].x size=3 tags=\"['a','b-c']\" os=debian\n[db]\ndb1 size=9 os='' m=\"{'k':'v','e':''}\"\n[web:vars]\ntier=front\n")
	put(t, dir, "built.yml", `plugin: constructed
strict: false
compose:
  double: (size * 2) | string
  short: inventory_hostname_short | upper
  broken: nope.nope
  fixed: "'text'"
groups:
  big: size > 5
  also-web: "'web' in group_names and double == '6'"
keyed_groups:
  - {key: tier, prefix: tier}
  - {key: tags, separator: ""}
  - {key: os, prefix: os, default_value: unknown}
  - {key: m, prefix: m, parent_group: maps}
  - {key: short}
  - {key: nothing}
`)
	for _, args := range []string{"--list", "--graph"} {
		fields := append([]string{"-i", "hosts", "-i", "built.yml"}, strings.Fields(args)...)
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
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("inventory %s: -Ansible +ours\n%s", args, diff)
		}
	}
}
