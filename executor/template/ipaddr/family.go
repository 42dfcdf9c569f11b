package ipaddr

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// normal is the network that a text names, or the address alone.
func normal(v value.Value) (Network, bool) {
	s, ok := read(v, 0)
	if !ok {
		return Network{}, false
	}
	return s.cidr(), true
}

// InNetwork tells whether test lies within network; with usable its network and broadcast address do not count.
func InNetwork(network, test value.Value, usable bool) bool {
	n, ok := normal(network)
	if !ok {
		return false
	}
	t, ok := normal(test)
	if !ok || t.Version != n.Version {
		return false
	}
	first, last := n.First(), n.Last()
	if f, l, some := n.usable(); usable && some {
		first, last = f, l
	}
	return t.First().Cmp(first) >= 0 && t.Last().Cmp(last) <= 0
}

// Read is the address or network that a value names.
func Read(v value.Value) (Network, bool) {
	s, ok := read(v, 0)
	return s.Network, ok
}

// Add moves an address by n.
func (n Network) Add(by *big.Int) (string, error) {
	moved, err := FromInt(new(big.Int).Add(n.Value, by), n.Version, n.bits())
	if err != nil {
		return "", value.Errorf(value.IndexError, "result outside valid IP address boundary!")
	}
	return moved.IP(), nil
}

// At is the address at an index as text; ok is false outside the network.
func (n Network) At(i int64) (string, bool) {
	v, ok := n.Index(big.NewInt(i))
	if !ok {
		return "", false
	}
	return n.at(v), true
}

// Subnet answers ipsubnet: how many networks of a prefix fit, which is the index-th, or the rank of one in another.
func Subnet(v value.Value, query string, index *int64) (value.Value, error) {
	s, ok := read(v, 0)
	if !ok {
		return no, nil
	}
	single := s.single() || !s.isFirst()
	n := s.cidr()
	if single && s.single() {
		n = s.Network
	}
	single = n.single()
	if query == "" {
		return value.Str(n.String()), nil
	}
	if !isDigits(query) {
		return rank(n, query)
	}
	prefix, err := strconv.Atoi(query)
	if err != nil || prefix > n.bits() {
		return no, nil
	}
	if single {
		return supernet(n, prefix, index)
	}
	return subnet(n, prefix, index)
}

// supernet is the index-th of the networks around an address, from the widest on.
func supernet(n Network, prefix int, index *int64) (value.Value, error) {
	i := int64(0)
	if index != nil {
		i = *index
		if i > int64(n.bits())+1-i || i < int64(prefix-n.bits()) {
			return no, nil
		}
	}
	if i < 0 {
		i += int64(n.bits() - prefix)
	}
	p := prefix + int(i)
	if p < 0 || p >= n.bits() {
		return nil, value.Errorf(value.IndexError, "list index out of range")
	}
	return value.Str(Network{n.Version, n.Value, p}.cidr().String()), nil
}

func subnet(n Network, prefix int, index *int64) (value.Value, error) {
	if prefix < n.Prefix {
		if index == nil {
			return nil, value.Errorf(value.ValueError, "Requested subnet size of %d is invalid", prefix)
		}
		return no, nil
	}
	count := new(big.Int).Lsh(big.NewInt(1), uint(prefix-n.Prefix))
	if index == nil {
		return value.Str(count.String()), nil
	}
	i := big.NewInt(*index)
	if i.Sign() < 0 {
		i.Add(i, count)
	}
	if i.Sign() < 0 || i.Cmp(count) >= 0 {
		return no, nil
	}
	first := new(big.Int).Add(n.First(), i.Lsh(i, uint(n.bits()-prefix)))
	return value.Str(Network{n.Version, first, prefix}.String()), nil
}

// rank is the place of n, counted from 1, among the networks of its size in another.
func rank(n Network, query string) (value.Value, error) {
	q, err := Parse(query)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "You must pass a valid subnet or IP address; %s is invalid", query)
	}
	q = q.cidr()
	if !q.Contains(n) {
		return nil, value.Errorf(value.ValueError, "%s is not in the subnet %s", n, q)
	}
	offset := new(big.Int).Sub(n.First(), q.First())
	offset.Rsh(offset, uint(n.bits()-n.Prefix)).Add(offset, big.NewInt(1))
	return value.Str(offset.String()), nil
}

// Merge gives the fewest networks that cover exactly those given.
func Merge(networks []Network) []Network {
	var out []Network
	for _, n := range networks {
		out = append(out, n.cidr())
	}
	slices.SortFunc(out, func(a, b Network) int {
		if a.Version != b.Version {
			return a.Version - b.Version
		}
		if c := a.Value.Cmp(b.Value); c != 0 {
			return c
		}
		return a.Prefix - b.Prefix
	})
	var merged []Network
	for _, n := range out {
		if k := len(merged); k > 0 && merged[k-1].Contains(n) {
			continue
		}
		merged = append(merged, n)
		for k := len(merged); k > 1; k = len(merged) {
			a, b := merged[k-2], merged[k-1]
			parent := Network{a.Version, a.Value, a.Prefix - 1}
			if a.Version != b.Version || a.Prefix != b.Prefix || a.Prefix == 0 || !parent.isFirst() || !parent.Contains(b) {
				break
			}
			merged = append(merged[:k-2], parent)
		}
	}
	return merged
}

// Span is the smallest network around all of those given, which must be of one version.
func Span(networks []Network) (Network, error) {
	wide := networks[0].cidr()
	for _, n := range networks {
		if n.Version != wide.Version {
			return wide, value.Errorf(value.TypeError, "cidr_merge: IP sequence cannot contain both IPv4 and IPv6!")
		}
		for !wide.Contains(n) {
			wide = Network{wide.Version, wide.Value, wide.Prefix - 1}.cidr()
		}
	}
	return wide, nil
}

// Hex is the address as hexadecimal digits, in pairs with a delimiter between them.
func (n Network) Hex(delimiter string) string {
	var pairs []string
	for _, b := range n.Value.FillBytes(make([]byte, n.bits()/8)) {
		pairs = append(pairs, fmt.Sprintf("%02x", b))
	}
	return strings.Join(pairs, delimiter)
}

// SLAAC is the address that a host with this hardware address gives itself in the network (EUI-64, RFC 4291).
func (n Network) SLAAC(mac uint64) string {
	var eui big.Int
	high, low := mac>>24, mac&0xffffff
	eui.SetUint64((high<<40 | 0xfffe<<24 | low) ^ 1<<57)
	return n.at(eui.Or(&eui, n.First()))
}
