package main

import (
	"net"
	"os"
	"strings"

	"github.com/miekg/dns"
)

// names answers for the targets' names, in a file of "address name" lines that is read at each question; a name stands for
// those below it, too. Every other name is the stand-ins' own address, so that nothing leaves the network.
type names struct {
	file string
	self net.IP
}

func (n *names) serve(network, address string) error {
	server := &dns.Server{Net: network, Addr: address, Handler: n}
	return server.ListenAndServe()
}

// ServeDNS implements dns.Handler.
func (n *names) ServeDNS(w dns.ResponseWriter, question *dns.Msg) {
	reply := new(dns.Msg).SetReply(question)
	reply.Authoritative, reply.RecursionAvailable = true, true
	for _, q := range question.Question {
		switch q.Qtype {
		case dns.TypeA:
			reply.Answer = append(reply.Answer, &dns.A{
				Hdr: dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: n.lookup(q.Name)})
		case dns.TypePTR:
			reply.Rcode = dns.RcodeNameError
		}
	}
	_ = w.WriteMsg(reply) // who has gone needs no answer
}

func (n *names) lookup(name string) net.IP {
	name = "." + strings.ToLower(strings.TrimSuffix(name, "."))
	data, _ := os.ReadFile(n.file) // none: no target is up
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) == 2 && strings.HasSuffix(name, "."+strings.ToLower(f[1])) {
			return net.ParseIP(f[0]).To4()
		}
	}
	return n.self
}
