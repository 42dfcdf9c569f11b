//go:build !linux

package state

import "time"

// booted is known of Linux alone, as processes are.
func booted() (time.Time, bool) { return time.Time{}, false }
