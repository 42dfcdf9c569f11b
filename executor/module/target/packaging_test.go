//go:build target

package target

import "testing"

// debs makes small packages and a local archive of them.
const debs = `
export SOURCE_DATE_EPOCH=1704067200 # the same bytes in both copies
mkdir -p /srv/debs && cd /srv/debs
mk() { d=$(mktemp -d); mkdir $d/DEBIAN; chmod 755 $d; printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: t <t@t>\n%sDescription: test\n' "$1" "$2" "$3" > $d/DEBIAN/control
 if [ "$1" = withconf ]; then mkdir -p $d/etc; echo c > $d/etc/withconf.conf; echo /etc/withconf.conf > $d/DEBIAN/conffiles; fi
 dpkg-deb -b --root-owner-group $d /srv/debs/$1_$2_all.deb >/dev/null; rm -rf $d; }
mk alpha 1.0 ""; mk alpha 2.0-1 ""; mk beta 1.0 "Depends: gamma
"; mk gamma 1.0 ""; mk withconf 1.0 ""; mk virt-one 1.0 "Provides: onlyone
"; mk many-a 1.0 "Provides: many
"; mk many-b 1.0 "Provides: many
"; mk outside 1.0 "Depends: gamma
"; mk outside 2.0 ""
python3 - <<'E'
import glob,subprocess,hashlib,os
out=''
for f in sorted(glob.glob('*.deb')):
    if f.startswith('outside'): continue
    c=subprocess.run(['dpkg-deb','-f',f],capture_output=True,text=True).stdout
    b=open(f,'rb').read()
    out+=c.rstrip()+'\nFilename: ./%s\nSize: %d\nSHA256: %s\n\n'%(f,len(b),hashlib.sha256(b).hexdigest())
open('Packages','w').write(out)
E
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/debs ./' > /etc/apt/sources.list.d/local.list
apt-get update -qq 2>/dev/null
`

func aptSteps() []step {
	const apt = "ansible.builtin.apt"
	return []step{
		{module: apt, shell: debs, args: m{"name": "alpha=1.0"}},
		{module: apt, args: m{"name": "alpha"}},
		{module: apt, args: m{"name": []any{"alpha", "git"}, "state": "present"}},
		{module: apt, args: m{"name": "alpha", "state": "latest"}},
		{module: apt, args: m{"name": "alpha=1.0"}, fails: true},
		{module: apt, args: m{"name": "alpha=1.0", "allow_downgrade": true}},
		{module: apt, args: m{"name": "alpha=1.*"}},
		{module: apt, args: m{"name": "alpha=2*"}},
		{module: apt, args: m{"name": "alpha>=1.5"}},
		{module: apt, args: m{"name": "alpha>=9"}, fails: true},
		{module: apt, args: m{"name": "alpha=7"}, fails: true},
		{module: apt, args: m{"name": "nosuchpackage"}, fails: true},
		{module: apt, args: m{"name": "nosuchpackage", "state": "absent"}},
		{module: apt, args: m{"name": "beta", "install_recommends": false}},
		{module: apt, args: m{"name": "gamma"}},
		{module: apt, args: m{"name": "onlyone"}},
		{module: apt, args: m{"name": "many"}, fails: true},
		{module: apt, args: m{"name": "many-*"}},
		{module: apt, args: m{"name": "zzz*"}, fails: true},
		{module: apt, args: m{"name": "many-*", "state": "absent"}},
		{module: apt, args: m{"name": "withconf"}},
		{module: apt, args: m{"name": "withconf", "state": "absent"}},
		{module: apt, args: m{"name": "withconf", "state": "absent", "purge": true}},
		{module: apt, args: m{"name": "beta", "state": "absent", "autoremove": true}},
		{module: apt, args: m{"name": "absentpkg", "only_upgrade": true}, fails: true},
		{module: apt, args: m{"name": "many-a", "only_upgrade": true}},
		{module: apt, args: m{"deb": "/srv/debs/outside_1.0_all.deb"}},
		{module: apt, args: m{"deb": "/srv/debs/outside_2.0_all.deb"}},
		{module: apt, args: m{"deb": "/srv/debs/outside_1.0_all.deb"}, fails: true},
		{module: apt, args: m{"deb": "/srv/debs/none.deb"}, fails: true},
		{module: apt, args: m{"autoremove": true}},
		{module: apt, args: m{"autoclean": true, "autoremove": true}},
		{module: apt, args: m{"upgrade": "dist"}},
		{module: apt, args: m{"upgrade": "yes"}},
		{module: apt, args: m{"name": "*", "state": "latest"}},
		{module: apt, args: m{"name": "alpha", "update_cache": true, "cache_valid_time": 86400}},
		{module: apt, args: m{"update_cache": true, "cache_valid_time": 86400}},
		{module: apt, args: m{"name": "a=b=c"}, fails: true},
		{module: apt, args: m{"name": "git-core"}},
		{module: apt, args: m{"name": "virt-one", "policy_rc_d": 101}},
		{module: apt, args: m{"clean": true}},
	}
}

func TestApt(t *testing.T) { play(t, aptSteps()) }

// archiveKey is a public key that nobody has the private half of any more.
const archiveKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEawpFpxYJKwYBBAHaRw8BAQdAtcfalZ6f6DFMT58FQg07QdI/FCYu/MdcYxXd
eykp7g60HUFyY2hpdmUgPGFyY2hpdmVAZXhhbXBsZS5jb20+iJAEExYIADgWIQSA
pjw1lx872oEk6uY3b15oQH9VHQUCawpFpwIbAwULCQgHAgYVCgkICwIEFgIDAQIe
AQIXgAAKCRA3b15oQH9VHWaPAQCUAbpmtEcVB3XWcDgjniicOQ9cFU3QNKBWkmAk
y3CQegD/fWw+J8OxWHvDQR3diuHh9YpoBepIfgTCCbikc/Jo8Qc=
=0QVn
-----END PGP PUBLIC KEY BLOCK-----
`

func aptKeySteps() []step {
	const key = "ansible.builtin.apt_key"
	const fingerprint, long, short = "80A63C35971F3BDA8124EAE6376F5E68407F551D", "376F5E68407F551D", "407F551D"
	return []step{
		{module: key, args: m{"data": archiveKey}, shell: "cat >/srv/key.asc <<'E'\n" + archiveKey + "E\nrm -f /etc/apt/trusted.gpg"},
		{module: key, args: m{"data": archiveKey, "id": fingerprint}},
		{module: key, args: m{"id": long, "state": "absent"}},
		{module: key, args: m{"file": "/srv/key.asc"}},
		{module: key, args: m{"file": "/srv/key.asc", "id": short}},
		{module: key, args: m{"id": "0x" + short, "state": "absent"}},
		{module: key, args: m{"file": "/srv/key.asc", "id": long, "keyring": "/etc/apt/trusted.gpg.d/own.gpg"}},
		{module: key, args: m{"id": fingerprint, "keyring": "/etc/apt/trusted.gpg.d/own.gpg", "state": "absent"}},
		{module: key, args: m{"data": archiveKey, "id": "DEADBEEF"}, fails: true},
		{module: key, args: m{"data": "rubbish"}, fails: true},
		{module: key, args: m{"file": "/srv/nosuch.asc"}, fails: true},
		{module: key, args: m{"id": "xyz", "state": "absent"}, fails: true},
		{module: key, args: m{"keyserver": "keys.example.com"}, fails: true},
		{module: key, args: m{"state": "absent"}, fails: true},
	}
}

func TestAptKey(t *testing.T) { play(t, aptKeySteps()) }
