package ipaddr

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// subject is what is asked about: the network, the text given, and whether that had a prefix.
type subject struct {
	Network
	given     value.Value
	asNetwork bool
	within    *Network // of cidr_lookup
}

var no value.Value = value.Bool(false)

func text(format string, args ...any) (value.Value, error) {
	return value.Str(fmt.Sprintf(format, args...)), nil
}

func given(s subject, yes bool) (value.Value, error) {
	if yes {
		return s.given, nil
	}
	return value.None, nil
}

func number(n *big.Int) value.Value { return value.NewInt(n) }

// networkOnly guards the questions that an address without a prefix cannot answer.
func networkOnly(f func(s subject) (value.Value, error)) func(subject) (value.Value, error) {
	return func(s subject) (value.Value, error) {
		if !s.asNetwork {
			return nil, value.Errorf(value.ValueError, "Not a network address")
		}
		return f(s)
	}
}

func always(f func(s subject) string) func(subject) (value.Value, error) {
	return func(s subject) (value.Value, error) { return value.Str(f(s)), nil }
}

// queries are the words that ipaddr takes.
var queries map[string]func(subject) (value.Value, error)

func init() {
	hostmask := always(func(s subject) string { return s.at(s.hostmask()) })
	network := always(func(s subject) string { return s.at(s.First()) })
	subnet := always(func(s subject) string { return s.cidr().String() })
	loopback := func(s subject) (value.Value, error) { return given(s, s.addr().IsLoopback()) }
	queries = map[string]func(subject) (value.Value, error){
		"": plain, "6to4": sixToFour, "address": address, "ip": address,
		"address/prefix": addressPrefix, "gateway": addressPrefix, "gw": addressPrefix, "host/prefix": addressPrefix,
		"hostnet": addressPrefix, "router": addressPrefix,
		"bool":        func(subject) (value.Value, error) { return value.Bool(true), nil },
		"broadcast":   broadcast,
		"cidr":        always(func(s subject) string { return s.String() }),
		"cidr_lookup": func(s subject) (value.Value, error) { return given(s, s.within != nil && s.within.Contains(s.Network)) },
		"first_usable": networkOnly(func(s subject) (value.Value, error) {
			first, _, ok := s.usable()
			return s.maybe(first, ok)
		}),
		"last_usable": networkOnly(func(s subject) (value.Value, error) {
			_, last, ok := s.usable()
			return s.maybe(last, ok)
		}),
		"next_usable":     networkOnly(func(s subject) (value.Value, error) { return s.Neighbour(1) }),
		"previous_usable": networkOnly(func(s subject) (value.Value, error) { return s.Neighbour(-1) }),
		"range_usable":    networkOnly(rangeUsable),
		"peer":            networkOnly(peer),
		"host":            host, "hostmask": hostmask, "wildcard": hostmask, "int": integer,
		"ip/prefix":  func(s subject) (value.Value, error) { return inNetwork(s, s.String()) },
		"ip_netmask": func(s subject) (value.Value, error) { return inNetwork(s, s.IP()+" "+s.at(s.netmask())) },
		"ipv4":       toV4, "v4": toV4, "ipv6": toV6, "v6": toV6,
		"link-local": func(s subject) (value.Value, error) { return given(s, s.addr().IsLinkLocalUnicast()) },
		"lo":         loopback, "loopback": loopback,
		"multicast": func(s subject) (value.Value, error) { return given(s, s.addr().IsMulticast()) },
		"unicast":   func(s subject) (value.Value, error) { return given(s, !s.addr().IsMulticast()) },
		"net":       net,
		"netmask":   always(func(s subject) string { return s.at(s.netmask()) }),
		"network":   network, "network_id": network, "network/prefix": subnet, "subnet": subnet,
		"network_netmask":  always(func(s subject) string { return s.at(s.First()) + " " + s.at(s.netmask()) }),
		"network_wildcard": always(func(s subject) string { return s.at(s.First()) + " " + s.at(s.hostmask()) }),
		"prefix":           func(s subject) (value.Value, error) { return value.Int(s.Prefix), nil },
		"private":          func(s subject) (value.Value, error) { return given(s, s.isPrivate()) },
		"public":           func(s subject) (value.Value, error) { return given(s, s.isPublic()) },
		"revdns":           always(func(s subject) string { return s.reverseDNS() }),
		"size":             func(s subject) (value.Value, error) { return number(s.Size()), nil },
		"size_usable":      sizeUsable, "type": kind,
		"version": func(s subject) (value.Value, error) { return value.Int(s.Version), nil },
		"wrap":    wrap,
	}
}

func (n Network) maybe(v *big.Int, ok bool) (value.Value, error) {
	if !ok {
		return value.None, nil
	}
	return value.Str(n.at(v)), nil
}

// Neighbour is the usable address n steps away, or None.
func (n Network) Neighbour(steps int64) (value.Value, error) {
	first, last, ok := n.usable()
	if !ok {
		return value.None, nil
	}
	next := new(big.Int).Add(n.Value, big.NewInt(steps))
	return n.maybe(next, next.Cmp(first) >= 0 && next.Cmp(last) <= 0)
}

func (n Network) isPublic() bool {
	host := Network{n.Version, n.Value, n.bits()}
	return !host.addr().IsMulticast() && !host.isPrivate() && !host.addr().IsLoopback() && !host.isMask()
}

func plain(s subject) (value.Value, error) {
	if s.asNetwork {
		return value.Str(s.String()), nil
	}
	return value.Str(s.IP()), nil
}

func address(s subject) (value.Value, error) {
	if s.single() || !s.isFirst() || !s.hasBroadcast() || s.Version == 6 {
		return value.Str(s.IP()), nil
	}
	return value.None, nil
}

func addressPrefix(s subject) (value.Value, error) {
	edge := s.isFirst() || s.hasBroadcast() && s.Value.Cmp(s.Last()) == 0
	if s.bits()-s.Prefix > 1 && edge {
		return no, nil
	}
	return value.Str(s.String()), nil
}

func broadcast(s subject) (value.Value, error) {
	if s.bits()-s.Prefix <= 1 {
		return value.None, nil
	}
	return value.Str(s.at(s.Last())), nil
}

func rangeUsable(s subject) (value.Value, error) {
	first, last, ok := s.usable()
	if !ok {
		return value.None, nil
	}
	return text("%s-%s", s.at(first), s.at(last))
}

func peer(s subject) (value.Value, error) {
	last := new(big.Int).And(s.Value, big.NewInt(3)).Int64()
	switch {
	case s.sizeIs(2):
		return value.Str(s.at(new(big.Int).Xor(s.Value, big.NewInt(1)))), nil
	case !s.sizeIs(4):
		return nil, value.Errorf(value.ValueError, "Not a point-to-point network")
	case last == 0:
		return nil, value.Errorf(value.ValueError, "Network address of /30 has no peer")
	case last == 3:
		return nil, value.Errorf(value.ValueError, "Broadcast address of /30 has no peer")
	}
	return value.Str(s.at(new(big.Int).Xor(s.Value, big.NewInt(3)))), nil
}

func host(s subject) (value.Value, error) {
	if s.single() || !s.isFirst() || !s.hasBroadcast() {
		return value.Str(s.String()), nil
	}
	return value.None, nil
}

func integer(s subject) (value.Value, error) {
	if s.asNetwork {
		return text("%s/%d", s.Value, s.Prefix)
	}
	return number(s.Value), nil
}

// inNetwork answers for an address inside a network.
func inNetwork(s subject, answer string) (value.Value, error) {
	if s.sizeIs(2) || !s.single() && !s.isFirst() {
		return value.Str(answer), nil
	}
	return value.None, nil
}

func net(s subject) (value.Value, error) {
	if s.single() || !s.isFirst() {
		return value.None, nil
	}
	return value.Str(s.String()), nil
}

func toV4(s subject) (value.Value, error) {
	if s.Version == 4 {
		return s.given, nil
	}
	high := new(big.Int).Rsh(s.Value, 32)
	if high.Sign() != 0 && high.Cmp(big.NewInt(0xffff)) != 0 || s.Prefix < 96 {
		return no, nil
	}
	low := new(big.Int).And(s.Value, big.NewInt(0xffffffff))
	return value.Str(Network{4, low, s.Prefix - 96}.String()), nil
}

func toV6(s subject) (value.Value, error) {
	if s.Version == 6 {
		return s.given, nil
	}
	mapped := new(big.Int).Or(s.Value, new(big.Int).Lsh(big.NewInt(0xffff), 32))
	return value.Str(Network{6, mapped, s.Prefix + 96}.String()), nil
}

func sixToFour(s subject) (value.Value, error) {
	if s.Version == 6 {
		within := mustParse("2002::/16")[0]
		if (!s.asNetwork || !s.isFirst()) && within.Contains(Network{6, s.Value, 128}) {
			return s.given, nil
		}
		return no, nil
	}
	if !s.single() && s.isFirst() || !s.isPublic() && !s.isPrivate() {
		return no, nil
	}
	b := s.Value.FillBytes(make([]byte, 4))
	return text("2002:%02x%02x:%02x%02x::1/48", b[0], b[1], b[2], b[3])
}

func sizeUsable(s subject) (value.Value, error) {
	switch {
	case s.single():
		return value.Int(0), nil
	case s.sizeIs(2):
		return value.Int(2), nil
	}
	return number(new(big.Int).Sub(s.Size(), big.NewInt(2))), nil
}

func kind(s subject) (value.Value, error) {
	if s.single() || !s.isFirst() {
		return value.Str("address"), nil
	}
	return value.Str("network"), nil
}

func wrap(s subject) (value.Value, error) {
	switch {
	case s.Version == 4:
		return s.given, nil
	case s.asNetwork:
		return text("[%s]/%d", s.IP(), s.Prefix)
	}
	return text("[%s]", s.IP())
}

// read makes the subject of a value; ok is false where it is no address at all.
func read(v value.Value, version int) (s subject, ok bool) {
	shown, err := value.ToStr(v)
	if err != nil {
		return s, false
	}
	s.given = v
	if n, isNumber := new(big.Int).SetString(shown, 10); isNumber && !strings.HasPrefix(shown, "-") && !strings.HasPrefix(shown, "+") {
		for _, candidate := range []int{4, 6} {
			if version == 6 && candidate == 4 {
				continue
			}
			if s.Network, err = FromInt(n, candidate, bitsOf(candidate)); err == nil {
				s.given = value.Str(s.Network.String())
				return s, true
			}
		}
		return s, false
	}
	s.asNetwork = strings.Count(shown, "/") == 1
	if s.Network, err = Parse(shown); err == nil {
		return s, true
	}
	a, p, _ := strings.Cut(shown, "/")
	n, isNumber := new(big.Int).SetString(a, 10)
	prefix, err := strconv.Atoi(p)
	if !isNumber || err != nil {
		return s, false
	}
	for _, candidate := range []int{4, 6} {
		if s.Network, err = FromInt(n, candidate, prefix); err == nil {
			s.given = value.Str(s.Network.String())
			return s, true
		}
	}
	return s, false
}

// Query is the filter ipaddr, and ipv4 and ipv6 with a version of 4 or 6: a list is filtered, one value is answered for.
// What is no address gives False. Alias is the filter's name for messages.
func Query(v value.Value, query string, version int, alias string) (value.Value, error) {
	switch x := v.(type) {
	case *value.Undefined:
		return nil, x.Err()
	case *value.List, value.Tuple, *value.Generator:
		return queryAll(v, query, version, alias)
	}
	if truth, err := value.Truth(v); err != nil || !truth || v == value.Value(value.Bool(true)) {
		return no, err
	}
	s, ok := read(v, version)
	if !ok || version != 0 && s.Version != version {
		return no, nil
	}
	answer, known := queries[query]
	if !known || query == "cidr_lookup" {
		if within, err := Parse(query); err == nil && !isDigits(query) {
			s.within = &within
			return queries["cidr_lookup"](s)
		}
	}
	if known {
		return answer(s)
	}
	return s.nth(query, alias)
}

func queryAll(v value.Value, query string, version int, alias string) (value.Value, error) {
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	kept := []value.Value{}
	for _, item := range items {
		r, err := Query(item, query, version, alias)
		if err != nil {
			return nil, err
		}
		if truth, err := value.Truth(r); err != nil {
			return nil, err
		} else if truth {
			kept = append(kept, r)
		}
	}
	return value.NewList(kept...), nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// nth is the address at an index, counted from the end where it is negative.
func (s subject) nth(query, alias string) (value.Value, error) {
	if _, err := strconv.ParseFloat(query, 64); err != nil {
		return nil, value.Errorf(value.ValueError, "%s: unknown filter type: %s", alias, query)
	}
	if s.single() {
		return plain(s)
	}
	i, ok := new(big.Int).SetString(query, 10)
	if !ok {
		return no, nil
	}
	v, ok := s.Index(i)
	if !ok {
		return no, nil
	}
	return text("%s/%d", s.at(v), s.Prefix)
}

// Index is the i-th address of the network.
func (n Network) Index(i *big.Int) (*big.Int, bool) {
	base := n.First()
	if i.Sign() < 0 {
		base = new(big.Int).Add(n.Last(), big.NewInt(1))
	}
	v := new(big.Int).Add(base, i)
	return v, v.Cmp(n.First()) >= 0 && v.Cmp(n.Last()) <= 0
}
