package connection

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// OpenTerminal makes a pseudo terminal that does not echo, for programs that ask for passwords nowhere else.
func OpenTerminal() (master, slave *os.File, err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, &os.PathError{Op: "open", Path: "/dev/ptmx", Err: err}
	}
	master = os.NewFile(uintptr(fd), "/dev/ptmx")
	defer func() {
		if err != nil {
			master.Close()
		}
	}()
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, os.NewSyscallError("unlock a terminal", err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, os.NewSyscallError("name a terminal", err)
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	if settings, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil {
		settings.Lflag &^= unix.ECHO
		unix.IoctlSetTermios(fd, unix.TCSETS, settings)
	}
	return master, slave, nil
}
