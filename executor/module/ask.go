package module

import (
	"io"
	"os"
	"syscall"
)

// patience is how long the other side of a socket may be silent, in seconds.
const patience = 5

// Ask is described at System. It does without package net, which is as large as the rest of an agent.
func (r *Real) Ask(p string, request []byte) (answer []byte, err error) {
	err = r.at(p, r.hostFollow, func(host string) error {
		syscall.ForkLock.RLock() // no child gets the socket before it is closed for children; not every system does both at once
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err == nil {
			syscall.CloseOnExec(fd)
		}
		syscall.ForkLock.RUnlock()
		if err != nil {
			return os.NewSyscallError("socket", err)
		}
		socket := os.NewFile(uintptr(fd), host)
		defer socket.Close()
		for _, option := range []int{syscall.SO_RCVTIMEO, syscall.SO_SNDTIMEO} {
			if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, option, &syscall.Timeval{Sec: patience}); err != nil {
				return os.NewSyscallError("setsockopt", err)
			}
		}
		if err := syscall.Connect(fd, &syscall.SockaddrUnix{Name: host}); err != nil {
			return os.NewSyscallError("connect", err)
		}
		if _, err := socket.Write(request); err != nil {
			return err
		}
		answer, err = io.ReadAll(socket)
		return err
	})
	return answer, err
}
