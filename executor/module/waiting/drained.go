package waiting

import (
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"strings"
)

// connectionStates are the kernel's numbers (include/net/tcp_states.h) for the names of active_connection_states.
var connectionStates = map[string]string{"ESTABLISHED": "01", "SYN_SENT": "02", "SYN_RECV": "03", "FIN_WAIT1": "04",
	"FIN_WAIT2": "05", "TIME_WAIT": "06"}

// drained tells whether no active connection to the port is left, by /proc/net/tcp and tcp6.
func (t *waitFor) drained(ctx context.Context) (bool, error) {
	local, err := t.addresses(ctx, t.host)
	if err != nil {
		return false, err
	}
	excluded := map[string]bool{}
	for _, host := range t.Args.Strs("exclude_hosts") {
		addrs, err := t.addresses(ctx, host)
		if err != nil {
			return false, err
		}
		for a := range addrs {
			excluded[a] = true
		}
	}
	states := map[string]bool{}
	for _, s := range t.Args.Strs("active_connection_states") {
		states[connectionStates[s]] = true
	}
	port := fmt.Sprintf("%04X", t.port)
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		data, err := t.Sys.ReadFile(table)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			if len(f) < 4 || !states[f[3]] {
				continue
			}
			addr, p, _ := strings.Cut(f[1], ":")
			remote, _, _ := strings.Cut(f[2], ":")
			if p == port && !excluded[remote] && (local[addr] || anyAddress(local)) {
				return false, nil
			}
		}
	}
	return true, nil
}

// anyAddress tells whether the host stands for every address of the target.
func anyAddress(local map[string]bool) bool {
	return local[strings.Repeat("0", 8)] || local[strings.Repeat("0", 32)]
}

// addresses resolves a host to the form of /proc/net, an IPv4 address in its mapped form too.
func (t *waitFor) addresses(ctx context.Context, host string) (map[string]bool, error) {
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("resolving %s: %w", host, err)
	}
	out := map[string]bool{}
	for _, ip := range ips {
		if v4 := ip.IP.To4(); v4 != nil {
			out[kernelHex(v4)] = true
		}
		out[kernelHex(ip.IP.To16())] = true
	}
	return out, nil
}

// kernelHex writes an address as the kernel does: words of four bytes in the machine's (little-endian) order.
func kernelHex(ip []byte) string {
	swapped := make([]byte, len(ip))
	for i := range ip {
		swapped[i] = ip[i/4*4+3-i%4]
	}
	return strings.ToUpper(hex.EncodeToString(swapped))
}
