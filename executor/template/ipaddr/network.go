// Package ipaddr answers the questions of the filter ipaddr and its family, as ansible.utils does over the library netaddr.
package ipaddr

import (
	"fmt"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
)

// Network is an address with a prefix length, such as 192.0.2.7/24: an address in a network, a network, or one host.
type Network struct {
	Version int // 4 or 6
	Value   *big.Int
	Prefix  int
}

func bitsOf(version int) int {
	if version == 4 {
		return 32
	}
	return 128
}

// Parse reads an address, CIDR or address with netmask or hostmask.
func Parse(text string) (Network, error) {
	address, prefix, hasPrefix := strings.Cut(strings.TrimSpace(text), "/")
	n, err := parseAddress(address, hasPrefix)
	if err != nil {
		return n, err
	}
	if !hasPrefix {
		return n, nil
	}
	if p, err := strconv.Atoi(prefix); err == nil {
		if p < 0 || p > bitsOf(n.Version) {
			return n, fmt.Errorf("invalid IPNetwork %s", text)
		}
		n.Prefix = p
		return n, nil
	}
	mask, err := parseAddress(prefix, false)
	if err != nil || mask.Version != n.Version {
		return n, fmt.Errorf("invalid IPNetwork %s", text)
	}
	p, ok := maskLength(mask)
	if !ok {
		return n, fmt.Errorf("invalid IPNetwork %s", text)
	}
	n.Prefix = p
	return n, nil
}

// parseAddress reads one address. With a prefix behind it, an IPv4 address may be short: 10/8.
func parseAddress(text string, short bool) (Network, error) {
	if short && !strings.Contains(text, ":") {
		for strings.Count(text, ".") < 3 && text != "" {
			text += ".0"
		}
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return Network{}, fmt.Errorf("invalid IPNetwork %s", text)
	}
	version := 6
	if a.Is4() {
		version = 4
	}
	return Network{Version: version, Value: new(big.Int).SetBytes(a.AsSlice()), Prefix: bitsOf(version)}, nil
}

// maskLength reads a netmask or a hostmask.
func maskLength(mask Network) (int, bool) {
	bits := bitsOf(mask.Version)
	for p := 0; p <= bits; p++ {
		candidate := Network{Version: mask.Version, Value: new(big.Int), Prefix: p}
		if candidate.netmask().Cmp(mask.Value) == 0 || candidate.hostmask().Cmp(mask.Value) == 0 {
			return p, true
		}
	}
	return 0, false
}

// FromInt makes a host or network of a number; it fails where the number does not fit the version.
func FromInt(n *big.Int, version, prefix int) (Network, error) {
	if n.Sign() < 0 || n.BitLen() > bitsOf(version) || prefix < 0 || prefix > bitsOf(version) {
		return Network{}, fmt.Errorf("%s is no IPv%d address", n, version)
	}
	return Network{Version: version, Value: n, Prefix: prefix}, nil
}

func (n Network) bits() int { return bitsOf(n.Version) }

func (n Network) hostmask() *big.Int {
	one := big.NewInt(1)
	return new(big.Int).Sub(new(big.Int).Lsh(one, uint(n.bits()-n.Prefix)), one)
}

func (n Network) netmask() *big.Int {
	one := big.NewInt(1)
	all := new(big.Int).Sub(new(big.Int).Lsh(one, uint(n.bits())), one)
	return all.Xor(all, n.hostmask())
}

// First and Last are the lowest and the highest address.
func (n Network) First() *big.Int { return new(big.Int).And(n.Value, n.netmask()) }

// Last is the highest address.
func (n Network) Last() *big.Int { return new(big.Int).Or(n.First(), n.hostmask()) }

// Size is the number of addresses.
func (n Network) Size() *big.Int {
	return new(big.Int).Lsh(big.NewInt(1), uint(n.bits()-n.Prefix))
}

func (n Network) sizeIs(k int64) bool { return n.Size().Cmp(big.NewInt(k)) == 0 }
func (n Network) single() bool        { return n.Prefix == n.bits() }
func (n Network) isFirst() bool       { return n.Value.Cmp(n.First()) == 0 }

// hasBroadcast is netaddr's: IPv4 networks of one or two addresses have none.
func (n Network) hasBroadcast() bool { return n.Version == 6 || n.bits()-n.Prefix > 1 }

// cidr is the network without the host part.
func (n Network) cidr() Network { return Network{n.Version, n.First(), n.Prefix} }

// at is the text of an address of this version.
func (n Network) at(v *big.Int) string { return addressText(v, n.Version) }

func addressText(v *big.Int, version int) string {
	raw := v.FillBytes(make([]byte, bitsOf(version)/8))
	a, _ := netip.AddrFromSlice(raw)
	return a.String()
}

// IP is the address alone.
func (n Network) IP() string { return n.at(n.Value) }

func (n Network) String() string { return n.IP() + "/" + strconv.Itoa(n.Prefix) }

func (n Network) addr() netip.Addr {
	a, _ := netip.ParseAddr(n.IP())
	return a
}

// Contains tells whether every address of other is in n.
func (n Network) Contains(other Network) bool {
	return n.Version == other.Version && other.First().Cmp(n.First()) >= 0 && other.Last().Cmp(n.Last()) <= 0
}

// usable are the first and last address for hosts; ok is false for a single host.
func (n Network) usable() (first, last *big.Int, ok bool) {
	switch {
	case n.single():
		return nil, nil, false
	case n.sizeIs(2):
		return n.First(), n.Last(), true
	}
	one := big.NewInt(1)
	return n.First().Add(n.First(), one), new(big.Int).Sub(n.Last(), one), true
}

// privateNetworks are those of netaddr's is_private.
var privateNetworks = mustParse("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "192.0.0.0/29", "192.0.0.170/31", "192.0.2.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32", "169.254.0.0/16", "127.0.0.0/8", "239.0.0.0/8", "192.88.99.0/24",
	"fc00::/7", "fec0::/10", "fe80::/10", "::1/128")

func mustParse(texts ...string) []Network {
	var out []Network
	for _, t := range texts {
		n, err := Parse(t)
		if err != nil {
			panic(err) // a table of this package
		}
		out = append(out, n)
	}
	return out
}

func (n Network) isPrivate() bool {
	for _, p := range privateNetworks {
		if p.Contains(n) {
			return true
		}
	}
	return false
}

func (n Network) isMask() bool {
	host := Network{n.Version, n.Value, n.bits()}
	_, ok := maskLength(host)
	return ok
}

// reverseDNS is the name of the PTR record, with the dot at its end.
func (n Network) reverseDNS() string {
	var parts []string
	if n.Version == 4 {
		for _, b := range n.Value.FillBytes(make([]byte, 4)) {
			parts = append([]string{strconv.Itoa(int(b))}, parts...)
		}
		return strings.Join(parts, ".") + ".in-addr.arpa."
	}
	for _, c := range fmt.Sprintf("%032x", n.Value) {
		parts = append([]string{string(c)}, parts...)
	}
	return strings.Join(parts, ".") + ".ip6.arpa."
}
