// Command delay joins two network namespaces by an Ethernet link with a delay, on kernels with and without netem: a TAP
// interface in each, frames carried over when they are due. The interfaces live as long as the program.
//
//	delay -round-trip 50ms NAMESPACE:INTERFACE NAMESPACE:INTERFACE
//
// "ready" on the standard output says that both are there.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	roundTrip := flag.Duration("round-trip", 0, "half of it each way")
	flag.Parse()
	if flag.NArg() != 2 {
		log.Fatal("usage: delay -round-trip DURATION NAMESPACE:INTERFACE NAMESPACE:INTERFACE")
	}
	var ends [2]*os.File
	for i := range ends {
		var err error
		if ends[i], err = openTAP(flag.Arg(i)); err != nil {
			log.Fatalf("delay: %s: %v", flag.Arg(i), err)
		}
	}
	fmt.Println("ready")
	failed := make(chan error)
	go func() { failed <- carry(ends[0], ends[1], *roundTrip/2) }()
	go func() { failed <- carry(ends[1], ends[0], *roundTrip/2) }()
	log.Fatal("delay: ", <-failed)
}

// openTAP makes an interface in a namespace of /run/netns.
func openTAP(spec string) (*os.File, error) {
	namespace, name, ok := strings.Cut(spec, ":")
	if !ok {
		return nil, errors.New("not NAMESPACE:INTERFACE")
	}
	type result struct {
		file *os.File
		err  error
	}
	made := make(chan result)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread, which is in the namespace now, ends with this function
		f, err := tapIn(namespace, name)
		made <- result{f, err}
	}()
	r := <-made
	return r.file, r.err
}

func tapIn(namespace, name string) (*os.File, error) {
	ns, err := unix.Open("/run/netns/"+namespace, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(ns)
	if err := unix.Setns(ns, unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

type frame struct {
	due  time.Time
	data []byte
}

// carry moves frames one way. What comes while 65536 frames wait is lost, as in a router.
func carry(from, to *os.File, delay time.Duration) error {
	waiting := make(chan frame, 1<<16)
	go func() {
		for f := range waiting {
			time.Sleep(time.Until(f.due))
			_, _ = to.Write(f.data) // an interface that is down loses it
		}
	}()
	for {
		data := make([]byte, 2048)
		n, err := from.Read(data)
		if err != nil {
			return err
		}
		select {
		case waiting <- frame{time.Now().Add(delay), data[:n]}:
		default:
		}
	}
}
