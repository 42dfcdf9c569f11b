package storage

import (
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/regexp"
)

// fsKind is a kind of file system: which programs make it, tell its size and let it grow.
type fsKind struct {
	title string // its name in messages
	mkfs  string
	force []string // what makes mkfs overwrite without asking
	// forcedSince is the version of mkfs that took force; asked asks mkfs for its version, which pattern finds.
	forcedSince string
	asked       []string
	pattern     *regexp.Regexp
	// grow is the program that lets it grow, before the device; mounted where it wants the mount point instead.
	grow    []string
	mounted bool
	size    func(*disk) (int64, error)
}

func ext(title, mkfs string) *fsKind {
	return &fsKind{title: title, mkfs: mkfs, force: []string{"-F"}, grow: []string{"resize2fs"}, size: extSize}
}

// fsKinds are the kinds by the names that blkid gives them.
var fsKinds = func() map[string]*fsKind {
	kinds := map[string]*fsKind{
		"ext2":     ext("Ext2", "mkfs.ext2"),
		"ext3":     ext("Ext3", "mkfs.ext3"),
		"ext4":     ext("Ext4", "mkfs.ext4"),
		"xfs":      {title: "XFS", mkfs: "mkfs.xfs", force: []string{"-f"}, grow: []string{"xfs_growfs"}, mounted: true, size: xfsSize},
		"reiserfs": {title: "Reiserfs", mkfs: "mkfs.reiserfs", force: []string{"-q"}},
		"btrfs": {title: "Btrfs", mkfs: "mkfs.btrfs", force: []string{"-f"}, forcedSince: "3.12", asked: []string{"--version"},
			pattern: regexp.MustCompile(` v([0-9.]+)`), grow: []string{"btrfs", "filesystem", "resize", "max"}, mounted: true, size: btrfsSize},
		"ocfs2": {title: "Ocfs2", mkfs: "mkfs.ocfs2", force: []string{"-Fx"}},
		"f2fs": {title: "F2fs", mkfs: "mkfs.f2fs", force: []string{"-f"}, forcedSince: "1.9.0", asked: []string{"/dev/null"},
			pattern: regexp.MustCompile(`F2FS-tools: mkfs.f2fs Ver: ([0-9.]+) \(`), grow: []string{"resize.f2fs"}, size: f2fsSize},
		"vfat":        {title: "VFAT", mkfs: "mkfs.vfat", grow: []string{"fatresize", "-s", "max"}, size: fatSize},
		"LVM2_member": {title: "LVM", mkfs: "pvcreate", force: []string{"-f"}, grow: []string{"pvresize"}, size: pvSize},
		"swap":        {title: "Swap", mkfs: "mkswap", force: []string{"-f"}},
		"ufs":         {title: "UFS", mkfs: "newfs", grow: []string{"growfs", "-y"}, size: ufsSize},
	}
	kinds["ext4dev"] = kinds["ext4"]
	return kinds
}()

// forced are the arguments that make mkfs overwrite: old versions of some have none.
func (k *fsKind) forced(d *disk) ([]string, error) {
	if k.pattern == nil {
		return k.force, nil
	}
	out, err := d.read(append([]string{k.mkfs}, k.asked...)...)
	if err != nil {
		return nil, err
	}
	m := k.pattern.FindStringSubmatch(out.Out + out.Err)
	if m == nil && k.title == "F2fs" || m != nil && !since(m[1], k.forcedSince) {
		return nil, nil
	}
	return k.force, nil
}

// product multiplies what find gets out of lines: the first of each of two numbers.
func (d *disk) product(text, info string, find func(line string) (first, second string)) (int64, error) {
	var numbers [2]int64
	for line := range strings.Lines(text) {
		a, b := find(strings.TrimRight(line, "\n"))
		for i, s := range []string{a, b} {
			if n, err := strconv.ParseInt(s, 10, 64); err == nil && numbers[i] == 0 {
				numbers[i] = n
			}
		}
	}
	if size := numbers[0] * numbers[1]; size > 0 {
		return size, nil
	}
	return 0, module.Fail("unable to process " + info + " output for " + d.path)
}

// word is the n-th word of a text, "" where there are not as many.
func word(text string, n int) string {
	if f := strings.Fields(text); n < len(f) {
		return f[n]
	}
	return ""
}

func extSize(d *disk) (int64, error) {
	out, err := d.must("tune2fs", "-l", d.path)
	if err != nil {
		return 0, err
	}
	return d.product(out, "tune2fs", func(line string) (count, size string) {
		name, value, _ := strings.Cut(line, ":")
		switch name {
		case "Block count":
			return strings.TrimSpace(value), ""
		case "Block size":
			return "", strings.TrimSpace(value)
		}
		return "", ""
	})
}

func xfsSize(d *disk) (int64, error) {
	target, err := d.mountPoint()
	if err != nil {
		return 0, err
	}
	if target == "" {
		target = d.path
	}
	out, err := d.must("xfs_info", target)
	if err != nil {
		return 0, err
	}
	return d.product(out, "xfs_info", func(line string) (size, count string) { // data     =      bsize=4096   blocks=262144, imaxpct=25
		col := strings.Split(line, "=")
		if strings.TrimSpace(col[0]) != "data" || len(col) < 4 {
			return "", ""
		}
		if strings.TrimSpace(col[1]) == "bsize" {
			size = word(col[2], 0)
		}
		if word(col[2], 1) == "blocks" {
			count, _, _ = strings.Cut(col[3], ",")
		}
		return size, count
	})
}

func btrfsSize(d *disk) (int64, error) {
	target, err := d.mountPoint()
	if err != nil {
		return 0, err
	}
	if target == "" {
		return 0, d.unmounted()
	}
	out, err := d.must("btrfs", "filesystem", "usage", "-b", target)
	if err != nil {
		return 0, err
	}
	return d.product(out, "btrfs", func(line string) (size, one string) {
		if f := strings.Fields(line); strings.Contains(line, "Device size") && len(f) > 0 {
			return f[len(f)-1], "1"
		}
		return "", ""
	})
}

func f2fsSize(d *disk) (int64, error) {
	out, err := d.must("dump.f2fs", d.path)
	if err != nil {
		return 0, err
	}
	return d.product(out, "dump.f2fs", func(line string) (size, count string) {
		switch {
		case strings.Contains(line, "Info: sector size = "):
			return word(line, 4), ""
		case strings.Contains(line, "Info: total FS sectors = "):
			return "", word(line, 5)
		}
		return "", ""
	})
}

func fatSize(d *disk) (int64, error) {
	out, err := d.must("fatresize", "--info", d.path)
	if err != nil {
		return 0, err
	}
	return d.product(out, "fatresize", func(line string) (size, one string) {
		name, value, _ := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); name == "Size" || name == "Cur size" {
			return strings.TrimSpace(value), "1"
		}
		return "", ""
	})
}

func pvSize(d *disk) (int64, error) {
	out, err := d.must("pvs", "--noheadings", "-o", "pv_size", "--units", "b", "--nosuffix", d.path)
	if err != nil {
		return 0, err
	}
	return d.product(out, "pvs", func(line string) (size, one string) { return strings.TrimSpace(line), "1" })
}

func ufsSize(d *disk) (int64, error) {
	out, err := d.must("dumpfs", d.path)
	if err != nil {
		return 0, err
	}
	return d.product(out, "dumpfs", func(line string) (fragment, provider string) {
		f := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "fsize"):
			return word(line, 1), ""
		case strings.Contains(line, "providersize"):
			return "", f[len(f)-1]
		}
		return "", ""
	})
}
