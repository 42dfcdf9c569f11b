package catalog

import (
	"slices"
	"strings"
	"testing"
)

func TestLookupKnowsEverySpelling(t *testing.T) {
	for _, tc := range []struct{ name, fqcn string }{
		{"apt", "ansible.builtin.apt"},
		{"ansible.builtin.apt", "ansible.builtin.apt"},
		{"ansible.legacy.copy", "ansible.builtin.copy"},
		{"systemd", "ansible.builtin.systemd_service"},
		{"ansible.builtin.systemd", "ansible.builtin.systemd_service"},
		{"systemd_service", "ansible.builtin.systemd_service"},
		{"ufw", "community.general.ufw"},
		{"authorized_key", "ansible.posix.authorized_key"},
		{"community.general.docker_container", "community.docker.docker_container"},
		{"docker_image_info", "community.docker.docker_image_info"},
		{"include", "ansible.builtin.include"},
	} {
		m, ok := Lookup(tc.name)
		if !ok || m.FQCN != tc.fqcn {
			t.Errorf("Lookup(%q) = %v, %v; want %s", tc.name, m, ok, tc.fqcn)
		}
	}
	if m, ok := Lookup("no_such_module"); ok {
		t.Errorf("Lookup of an unknown name gave %s", m.FQCN)
	}
}

func TestKnownCoversModulesWithoutTables(t *testing.T) {
	if fqcn, ok := Known("ec2_group"); !ok || fqcn != "amazon.aws.ec2_group" && fqcn != "amazon.aws.ec2_security_group" {
		t.Errorf("Known(ec2_group) = %q, %v", fqcn, ok)
	}
	if _, ok := Known("my_own_module"); ok {
		t.Error("a role's own module is not one of Ansible's distribution")
	}
}

func TestArgAliases(t *testing.T) {
	for _, tc := range []struct{ module, written, name string }{
		{"file", "dest", "path"},
		{"file", "name", "path"},
		{"replace", "destfile", "path"},
		{"lineinfile", "dest", "path"},
		{"apt", "name", "package"},
		{"apt", "update-cache", "update_cache"},
		{"copy", "mode", "mode"},
		{"template", "owner", "owner"},
	} {
		m, _ := Lookup(tc.module)
		if a, ok := m.Arg(tc.written); !ok || a.Name != tc.name {
			t.Errorf("%s: argument %q is %v, want %s", tc.module, tc.written, a, tc.name)
		}
	}
}

// TestNativeTableNamesRealModules guards against a typing error in native.go, which would silently lose a module.
func TestNativeTableNamesRealModules(t *testing.T) {
	for where, table := range native {
		for fqcn := range words(table) {
			if m, ok := Lookup(fqcn); !ok || m.FQCN != fqcn || m.Where != where {
				t.Errorf("native names %s, which the tables do not have under that name", fqcn)
			}
		}
	}
	for fqcn := range freeForm {
		if m, ok := Lookup(fqcn); ok && !m.FreeForm {
			t.Errorf("%s should be free form", fqcn)
		}
	}
}

func TestNoModuleTwice(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range All() {
		if seen[m.FQCN] {
			t.Errorf("%s is in two tables", m.FQCN)
		}
		seen[m.FQCN] = true
		names := []string{}
		for _, a := range m.AllArgs() {
			names = append(names, a.Name)
			names = append(names, a.Aliases...)
		}
		slices.Sort(names)
		if len(slices.Compact(slices.Clone(names))) != len(names) {
			t.Errorf("%s: a name or alias of an argument is given twice: %v", m.FQCN, names)
		}
	}
}

// The generic modules take what the module behind them takes, and no default of it.
func TestGenericModulesTakeTheArgumentsOfTheOneBehind(t *testing.T) {
	for _, c := range []struct{ module, args string }{
		{"service", "daemon_reload masked scope enabled sleep"},
		{"package", "update_cache cache_valid_time purge enablerepo pkg allow_downgrade"},
	} {
		m, ok := Lookup(c.module)
		if !ok {
			t.Fatalf("%s is not known", c.module)
		}
		for _, name := range strings.Fields(c.args) {
			if _, ok := m.Arg(name); !ok {
				t.Errorf("%s does not take %s", c.module, name)
			}
		}
		for _, a := range m.Args {
			if a.Required && (c.module == "service" || a.Name != "name") {
				t.Errorf("%s requires %s", c.module, a.Name)
			}
		}
	}
}
