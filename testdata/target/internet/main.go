// Command internet is what a target's servers talk to: the part of the internet that a deployment needs, on one address.
//
//	:53   DNS: the targets' names; every other name is this address
//	:80   static files, by host name: Debian's mirror, a repository of old package names
//	:443  the same over TLS, and ACME (Pebble), a Python package index, an SMS service
//	:22   git, for the deploy key, read only
//
// Two directories hold its data. State is made once with the image and shared: authority, keys, mirror, wheels. World is
// of one network: names of targets, git repositories, what was sent.
//
//	internet init STATE
//	internet serve -state STATE -world WORLD -address 10.66.0.1
//
// Nothing here is fit for a real network: every certificate asked for is made.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
)

// service is one listener; it returns only with an error.
type service func() error

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	if err := command(os.Args[1:]); err != nil {
		log.Fatal("internet: ", err)
	}
}

func command(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "init":
		_, err := createAuthority(args[1])
		return err
	case len(args) > 0 && args[0] == "serve":
		flags := flag.NewFlagSet("serve", flag.ExitOnError)
		state := flags.String("state", "", "directory made with the image")
		world := flags.String("world", "", "directory of this network")
		address := flags.String("address", "", "IPv4 address to serve on")
		_ = flags.Parse(args[1:]) // exits
		self := net.ParseIP(*address).To4()
		if self == nil {
			return fmt.Errorf("-address %q is not an IPv4 address", *address)
		}
		return serve(*state, *world, self)
	}
	return fmt.Errorf("usage: internet init STATE | internet serve -state STATE -world WORLD -address ADDRESS")
}

func serve(state, world string, self net.IP) error {
	authority, err := loadAuthority(state)
	if err != nil {
		return err
	}
	acme, err := newACME(self, filepath.Join(world, "acme-root.pem"))
	if err != nil {
		return err
	}
	git, err := newGitHost(filepath.Join(state, "keys"), filepath.Join(world, "git"))
	if err != nil {
		return err
	}
	names := &names{file: filepath.Join(world, "names"), self: self}
	web := &web{acme: acme, index: wheelIndex(filepath.Join(state, "wheels")), files: filepath.Join(state, "www"), sent: filepath.Join(world, "sms.jsonl")}
	at := func(port string) string { return net.JoinHostPort(self.String(), port) }
	failed := make(chan error)
	for _, s := range []service{
		func() error { return names.serve("udp", at("53")) },
		func() error { return names.serve("tcp", at("53")) },
		func() error { return web.serve(at("80")) },
		func() error { return web.serveTLS(at("443"), authority) },
		func() error { return git.serve(at("22")) },
	} {
		go func() { failed <- s() }()
	}
	return <-failed
}
