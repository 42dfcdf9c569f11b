//go:build target

package target

import "testing"

func localeSteps() []step {
	const locale = "community.general.locale_gen"
	const why = "locales without _ in their names are known, as in later releases of the collection"
	short := map[string]string{"changed": why, "failed": why, "msg": why, "name": why, "tree": why}
	return exactly([]step{
		{module: locale, args: m{"name": "xx_YY.UTF-8"}, fails: true},
		{module: locale, args: m{"name": "de_DE.UTF-8"}},
		{module: locale, args: m{"name": "de_DE.utf8"}, fails: true},
		{module: locale, args: m{"name": "de_DE"}},
		{module: locale, args: m{"name": "de_DE.UTF-8", "state": "absent"}},
		{module: locale, args: m{"name": "de_DE", "state": "absent"}},
		{module: locale, args: m{"name": "fr_FR.UTF-8", "state": "absent"}},
		{module: locale, args: m{"name": "de_DE@euro"}},
		{module: locale, args: m{"name": "en_US.UTF-8", "state": "present"}, shell: "sed -i 's/^# *en_US.UTF-8/#en_US.UTF-8/' /etc/locale.gen"},
		{module: locale, args: m{"name": "de_DE", "state": "absent"}},
		{module: locale, args: m{"name": "eo"}, fails: true, differs: short},
		{module: locale, args: m{"name": "eo", "state": "absent"}, fails: true, differs: short},
		{module: locale, args: m{"name": "C.UTF-8"}, fails: true, differs: short},
		{module: locale, args: m{"name": "de_DE"}, fails: true, shell: "mv /etc/locale.gen /etc/locale.away; mv /usr/share/i18n/SUPPORTED /usr/share/i18n/AWAY 2>/dev/null || true"},
	})
}

func TestLocales(t *testing.T) { play(t, localeSteps()) }

func selectionSteps() []step {
	const selections = "ansible.builtin.dpkg_selections"
	return exactly([]step{
		{module: selections, args: m{"name": "git", "selection": "hold"}},
		{module: selections, args: m{"name": "git", "selection": "install"}},
		{module: selections, args: m{"name": "git", "selection": "deinstall"}},
		{module: selections, args: m{"name": "git", "selection": "purge"}},
		{module: selections, args: m{"name": "git", "selection": "install"}},
		{module: selections, args: m{"name": "cron", "selection": "install"}},
		{module: selections, args: m{"name": "cron", "selection": "hold"}, shell: "echo 'cron deinstall' | dpkg --set-selections"},
		{module: selections, args: m{"name": "nosuchpackage", "selection": "hold"}},
		{module: selections, args: m{"name": "git:amd64", "selection": "hold"}},
		{module: selections, args: m{"name": "git"}, fails: true},
		{module: selections, args: m{"name": "git", "selection": "remove"}, fails: true},
	})
}

func TestSelections(t *testing.T) { play(t, selectionSteps()) }

func rpmKeySteps() []step {
	const key = "ansible.builtin.rpm_key"
	const fingerprint, long, short = "80A63C35971F3BDA8124EAE6376F5E68407F551D", "376F5E68407F551D", "407F551D"
	return exactly([]step{
		{module: key, args: m{"key": "/srv/key.asc"}, shell: "cat >/srv/key.asc <<'E'\n" + archiveKey + "E\necho rubbish >/srv/rubbish.asc"},
		{module: key, args: m{"key": short}},
		{module: key, args: m{"key": "0x" + short}},
		{module: key, args: m{"key": long}},
		{module: key, args: m{"key": long, "state": "absent"}},
		{module: key, args: m{"key": long, "state": "absent"}},
		{module: key, args: m{"key": short}, fails: true},
		{module: key, args: m{"key": "/srv/key.asc", "fingerprint": "0000 1111"}, fails: true},
		{module: key, args: m{"key": "/srv/key.asc", "fingerprint": "80A6 3C35 971F 3BDA 8124  EAE6 376F 5E68 407F 551D"}},
		{module: key, args: m{"key": "/srv/key.asc", "fingerprint": fingerprint}},
		{module: key, args: m{"key": "/srv/key.asc", "state": "absent"}},
		{module: key, args: m{"key": "/srv/nosuch.asc"}, fails: true},
		{module: key, args: m{"key": "/srv/rubbish.asc"}, fails: true},
		{module: key, args: m{"key": "deadbeef", "state": "absent"}},
		{module: key, args: m{"key": "nothing"}, fails: true},
	})
}

func TestRPMKey(t *testing.T) { play(t, rpmKeySteps()) }
