package state

import (
	"fmt"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/program"
)

// unitFiles is systemd's answer to which units somebody can enable. It reads all their files for it, so it is asked again only
// when one of them has changed.
type unitFiles struct {
	print string
	lines []string
}

// unitDirs is where systemd looks for units (systemd.unit(5)).
var unitDirs = []string{
	"/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient", "/run/systemd/generator.early", "/etc/systemd/system",
	"/etc/systemd/system.attached", "/run/systemd/system", "/run/systemd/system.attached", "/run/systemd/generator", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system", "/run/systemd/generator.late",
}

// unitFiles lists the unit files with their states, a line each.
func (r *running) unitFiles() ([]string, error) {
	print, settled := r.unitPrint()
	if known := &r.keep.units; settled && known.print == print {
		return known.lines, nil
	}
	out, err := program.Must(program.Read(r.ctx, r.Sys, "systemctl", "list-unit-files", "--type="+unitKinds, "--no-legend", "--no-pager", "--full"))
	if err != nil {
		return nil, err
	}
	lines := program.Lines(out.Out)
	r.keep.units = unitFiles{}
	if settled {
		r.keep.units = unitFiles{print, lines}
	}
	return lines, nil
}

// unitPrint changes with every unit file. settled tells that none has changed so recently that another change would not show.
func (r *running) unitPrint() (print string, settled bool) {
	var b strings.Builder
	limit := time.Now().Add(-ctimeGrain)
	settled = true
	var look func(info module.Info)
	look = func(info module.Info) {
		fmt.Fprintln(&b, info.Path, stampOf(info))
		settled = settled && info.Ctime.Before(limit)
		if info.Mode.IsDir() {
			infos, _ := r.Sys.ReadDir(info.Path)
			for _, child := range infos {
				look(child)
			}
		}
	}
	for _, dir := range unitDirs {
		if info, err := r.Sys.Lstat(dir); err == nil {
			look(info)
		}
	}
	return b.String(), settled
}
