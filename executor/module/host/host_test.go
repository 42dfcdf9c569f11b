package host

import "testing"

func TestFstab(t *testing.T) {
	want := fstabEntry{"name": `/mnt/a\040b`, "src": "/dev/x", "fstype": "ext4", "opts": "rw", "dump": "0", "passno": "2"}
	text, changed := setFstab("# c\n/dev/y / ext4 rw 0 1\n", want)
	line := `/dev/x /mnt/a\040b ext4 rw 0 2` + "\n"
	if !changed || text != "# c\n/dev/y / ext4 rw 0 1\n"+line {
		t.Errorf("added: %q", text)
	}
	if again, changed := setFstab(text, want); changed || again != text {
		t.Errorf("added again: %v %q", changed, again)
	}
	if gone, changed := unsetFstab(text, want); !changed || gone != "# c\n/dev/y / ext4 rw 0 1\n" {
		t.Errorf("removed: %q", gone)
	}
}

func TestSysctlFile(t *testing.T) {
	v := "2"
	f := parseSysctl("# c\na = 1\na=9\n\nb=3\n")
	if got := f.with("a", &v); got != "# c\na=2\n\nb=3\n" {
		t.Errorf("set: %q", got)
	}
	if got := f.with("a", nil); got != "# c\n\nb=3\n" {
		t.Errorf("removed: %q", got)
	}
	if got := f.with("new", &v); got != "# c\na=1\n\nb=3\nnew=2\n" {
		t.Errorf("added: %q", got)
	}
}

func TestNormalLocale(t *testing.T) {
	if normalLocale("de_DE.UTF-8") != normalLocale("de_DE.utf8") || normalLocale("de_DE.UTF-8") == normalLocale("de_AT.utf8") {
		t.Error("spellings of a locale are not told apart, or not brought together")
	}
}
