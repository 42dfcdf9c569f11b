package template

import (
	"syscall"
	"time"
)

// inodeTime is when a file's inode last changed.
func inodeTime(st *syscall.Stat_t) time.Time { return time.Unix(st.Ctimespec.Unix()) }
