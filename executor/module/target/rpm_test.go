//go:build target

package target

import "testing"

// rpms makes small packages and repositories of them: one that is used, one that is off, one that is not there, and packages outside of any.
const rpms = `
mkdir -p /srv/rpms /srv/extra /srv/outside /etc/yum.repos.d
export SOURCE_DATE_EPOCH=1704067200 # the same in both copies
mk() { # NAME VERSION DIRECTORY [PREAMBLE]
  printf '%s\n' "Name: $1" "Version: $2" 'Release: 1' 'Summary: of a test' 'License: none' 'BuildArch: noarch' "${4-}" '%description' 'A test.' '%install' \
    "install -d %{buildroot}/usr/share/$1; echo $2 >%{buildroot}/usr/share/$1/version" '%files' "/usr/share/$1" >/tmp/$1-$2.spec
  rpmbuild -bb --quiet --define "_rpmdir $3" --define '_topdir /tmp/rpmbuild' --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' /tmp/$1-$2.spec 2>/dev/null
}
mk alpha 1.0 /srv/rpms; mk alpha 2.0 /srv/rpms; mk alpha 3.0 /srv/extra; mk gamma 1.0 /srv/rpms; mk beta 1.0 /srv/rpms 'Requires: gamma'
mk delta 1.0 /srv/rpms 'Recommends: weak'; mk weak 1.0 /srv/rpms; mk zeta 1.0 /srv/rpms 'Epoch: 1'; mk many-a 1.0 /srv/rpms; mk many-b 1.0 /srv/rpms
mk broken 1.0 /srv/rpms 'Requires: nosuchthing'; mk outside 1.0 /srv/outside; mk outside 2.0 /srv/outside 'Requires: gamma'; mk virt 1.0 /srv/rpms 'Provides: capability'
mk enemy 1.0 /srv/rpms 'Conflicts: gamma'; mk old 1.0 /srv/rpms; mk new 1.0 /srv/extra 'Obsoletes: old'
cat >/srv/comps.xml <<'X'
<?xml version="1.0" encoding="UTF-8"?>
<comps><group><id>tools</id><name>Some Tools</name><default>true</default><uservisible>true</uservisible>
<packagelist><packagereq type="mandatory">many-a</packagereq><packagereq type="default">weak</packagereq></packagelist></group></comps>
X
createrepo_c -q -g /srv/comps.xml /srv/rpms; createrepo_c -q /srv/extra
printf '[local]\nname=local\nbaseurl=file:///srv/rpms\ngpgcheck=0\n\n[extra]\nname=extra\nbaseurl=file:///srv/extra\ngpgcheck=0\nenabled=0\n\n[signed]\nname=signed\nbaseurl=file:///srv/extra\ngpgcheck=1\nenabled=0\n\n[gone]\nname=gone\nbaseurl=file:///srv/nosuch\ngpgcheck=0\nenabled=0\nskip_if_unavailable=0\n' >/etc/yum.repos.d/local.repo
sed -i s/gpgcheck=True/gpgcheck=False/ /etc/dnf/dnf.conf
`

func dnfSteps() []step {
	const dnf = "ansible.builtin.dnf"
	const why = "dnf refuses packages that nothing can be checked with before it plans, so that check mode fails, too"
	early := map[string]string{"changed": why, "failed": why, "failures": why, "msg": why, "rc": why, "results": why}
	return exactly([]step{
		{module: dnf, shell: rpms, args: m{"name": "alpha-1.0"}},
		{module: dnf, args: m{"name": "alpha"}},
		{module: dnf, args: m{"name": "alpha", "state": "latest"}},
		{module: dnf, args: m{"name": "alpha-1.0-1"}},
		{module: dnf, args: m{"name": "alpha-1.0-1", "allow_downgrade": true}},
		{module: dnf, args: m{"name": "alpha.noarch"}},
		{module: dnf, args: m{"name": "alpha >= 1.5"}},
		{module: dnf, args: m{"name": "alpha", "state": "latest", "enablerepo": "extra"}},
		{module: dnf, args: m{"name": "alpha-1.0", "exclude": "alpha"}, fails: true},
		{module: dnf, args: m{"name": "nosuch"}, fails: true},
		{module: dnf, args: m{"name": []any{"weak", "nosuch"}}, fails: true},
		{module: dnf, args: m{"name": "nosuch", "state": "absent"}},
		{module: dnf, args: m{"name": "beta"}},
		{module: dnf, args: m{"name": "gamma", "state": "absent"}},
		{module: dnf, args: m{"name": "beta,weak"}},
		{module: dnf, args: m{"name": "beta", "state": "absent"}},
		{module: dnf, args: m{"name": "beta", "state": "absent", "autoremove": true}},
		{module: dnf, args: m{"autoremove": true, "name": []any{}}},
		{module: dnf, args: m{"name": "beta", "state": "present", "autoremove": true}, fails: true},
		{module: dnf, args: m{"name": "delta", "install_weak_deps": false}, shell: "dnf -q -y remove weak gamma 2>/dev/null"},
		{module: dnf, args: m{"name": "delta", "state": "absent"}},
		{module: dnf, args: m{"name": "zeta-1:1.0-1"}},
		{module: dnf, args: m{"name": "many-*"}},
		{module: dnf, args: m{"name": "many-*", "state": "absent"}},
		{module: dnf, args: m{"name": "zzz*", "state": "absent"}},
		{module: dnf, args: m{"name": "capability"}},
		{module: dnf, args: m{"name": "/usr/share/gamma/version"}},
		{module: dnf, args: m{"name": "broken"}, fails: true},
		{module: dnf, args: m{"name": "enemy"}, fails: true},
		{module: dnf, args: m{"name": "enemy", "allowerasing": true}},
		{module: dnf, args: m{"name": "@tools"}},
		{module: dnf, args: m{"name": "@nosuch"}, fails: true},
		{module: dnf, args: m{"name": "/srv/outside/outside-1.0-1.noarch.rpm"}, fails: true, shell: "dnf -q -y remove enemy 2>/dev/null"},
		{module: dnf, args: m{"name": "/srv/outside/outside-1.0-1.noarch.rpm", "disable_gpg_check": true}},
		{module: dnf, args: m{"name": "/srv/outside/outside-2.0-1.noarch.rpm", "disable_gpg_check": true}},
		{module: dnf, args: m{"name": "/srv/outside/outside-1.0-1.noarch.rpm", "allow_downgrade": true, "disable_gpg_check": true}},
		{module: dnf, args: m{"name": "new", "enablerepo": "signed"}, fails: true, differs: early},
		{module: dnf, args: m{"name": "/srv/outside/nosuch.rpm"}, fails: true},
		{module: dnf, args: m{"name": "/srv/outside/outside-2.0-1.noarch.rpm", "state": "absent"}, fails: true},
		{module: dnf, args: m{"name": "outside", "state": "latest"}},
		{module: dnf, args: m{"name": "old"}},
		{module: dnf, args: m{"name": "new", "enablerepo": "extra"}},
		{module: dnf, args: m{"name": "weak", "update_only": true}},
		{module: dnf, args: m{"name": []any{"virt", "alpha"}, "update_only": true, "state": "latest"}},
		{module: dnf, args: m{"name": "virt", "download_only": true, "download_dir": "/srv/downloads"}},
		{module: dnf, args: m{"name": "*", "state": "latest"}, shell: "dnf -q -y install --allowerasing alpha-1.0 2>/dev/null"},
		{module: dnf, args: m{"update_cache": true}},
		{module: dnf, args: m{"name": "virt", "enablerepo": "gone", "state": "latest"}, fails: true},
		{module: dnf, args: m{"name": "virt", "disablerepo": "*", "state": "latest"}},
		{module: dnf, args: m{"name": "virt", "conf_file": "/etc/nosuch.conf"}, fails: true},
		{module: dnf, args: m{"list": "installed"}},
		{module: dnf, args: m{"list": "updates", "enablerepo": "extra"}},
		{module: dnf, args: m{"list": "alpha"}},
		{module: dnf, args: m{"list": "repos"}},
		{module: "ansible.builtin.package_facts", args: m{"manager": []any{"rpm"}}},
	})
}

func TestDnf(t *testing.T) { play(t, dnfSteps()) }

// yumSteps are a few of dnf's: Ansible's action yum has the module dnf do the work where that is installed.
func yumSteps() []step {
	const yum, dnf = "ansible.builtin.yum", "ansible.builtin.dnf"
	return exactly([]step{
		{module: yum, as: dnf, shell: rpms, args: m{"name": "alpha-1.0"}},
		{module: yum, as: dnf, args: m{"name": "alpha,gamma"}},
		{module: yum, as: dnf, args: m{"name": "alpha", "state": "latest"}},
		{module: yum, as: dnf, args: m{"name": "beta", "state": "installed"}},
		{module: yum, as: dnf, args: m{"name": "gamma", "state": "absent"}},
		{module: yum, as: dnf, args: m{"name": "nosuch"}, fails: true},
		{module: yum, as: dnf, args: m{"name": "nosuch", "state": "removed"}},
		{module: yum, as: dnf, args: m{"name": "alpha-1.0-1", "allow_downgrade": true}},
		{module: yum, as: dnf, args: m{"name": "*", "state": "latest"}},
		{module: yum, as: dnf, args: m{"name": "/srv/outside/outside-1.0-1.noarch.rpm", "disable_gpg_check": true}},
		{module: yum, as: dnf, args: m{"name": "alpha", "state": "latest", "enablerepo": "extra", "update_cache": true}},
		{module: yum, as: dnf, args: m{"list": "installed"}},
	})
}

func TestYum(t *testing.T) { play(t, yumSteps()) }
