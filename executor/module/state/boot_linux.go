package state

import (
	"time"

	"golang.org/x/sys/unix"
)

// booted is when the machine started, which the times of its processes are counted from.
func booted() (time.Time, bool) {
	var up, now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &up) != nil || unix.ClockGettime(unix.CLOCK_REALTIME, &now) != nil {
		return time.Time{}, false
	}
	return time.Unix(now.Unix()).Add(-time.Duration(up.Nano())), true
}
