package template

import (
	"math/big"
	"net"
	"strings"

	"pylint-deploy/executor/template/ipaddr"
	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
)

// ipFilters are the filters of ansible.utils (once ansible.netcommon) over addresses and networks.
var ipFilters = map[string]jinja.Filter{
	"ipaddr":              ipQuery("ipaddr", 0),
	"ipv4":                ipQuery("ipv4", 4),
	"ipv6":                ipQuery("ipv6", 6),
	"ipwrap":              def("ipwrap", "value query=", ipWrap),
	"ipsubnet":            def("ipsubnet", "value query= index=", ipSubnet),
	"ipmath":              def("ipmath", "value amount", ipMath),
	"ip4_hex":             def("ip4_hex", "arg delimiter=", ip4Hex),
	"nthhost":             def("nthhost", "value query=", nthHost),
	"cidr_merge":          def("cidr_merge", "value action=", cidrMerge),
	"network_in_network":  def("network_in_network", "value test", networkIn(false)),
	"network_in_usable":   def("network_in_usable", "value test", networkIn(true)),
	"next_nth_usable":     def("next_nth_usable", "value offset", nthUsable(1)),
	"previous_nth_usable": def("previous_nth_usable", "value offset", nthUsable(-1)),
	"reduce_on_network":   def("reduce_on_network", "value network", reduceOnNetwork),
	"slaac":               def("slaac", "value query=", slaac),
	"hwaddr":              hwQuery("hwaddr"),
}

// utilsFilters are those that only ansible.utils has, under no short name.
var utilsFilters = map[string]jinja.Filter{
	"macaddr":      hwQuery("macaddr"),
	"usable_range": def("usable_range", "ip", usableRange),
	"remove_keys":  def("remove_keys", "data target matching_parameter=", removeKeys),
	"keep_keys":    def("keep_keys", "data target matching_parameter=", keepKeys),
}

func ipQuery(name string, version int) jinja.Filter {
	return def(name, "value query= version= alias=", func(a *arguments) (value.Value, error) {
		query, err := a.textOr(1, "")
		if err != nil {
			return nil, err
		}
		want := int64(version)
		if version == 0 && a.has(2) && a.Values[2] != value.Value(value.Bool(false)) {
			if want, err = a.intOr(2, 0); err != nil {
				return nil, err
			}
		}
		return ipaddr.Query(a.Values[0], query, int(want), name)
	})
}

func hwQuery(name string) jinja.Filter {
	return def(name, "value query= alias=", func(a *arguments) (value.Value, error) {
		query, err := a.textOr(1, "")
		if err != nil {
			return nil, err
		}
		return ipaddr.Hardware(a.Values[0], query, name)
	})
}

func ipWrap(a *arguments) (value.Value, error) {
	query, err := a.textOr(1, "")
	if err != nil {
		return nil, err
	}
	wrap := func(v value.Value) value.Value {
		if r, err := ipaddr.Query(v, query, 0, "ipwrap"); err == nil {
			if ok, _ := value.Truth(r); ok {
				if w, err := ipaddr.Query(r, "wrap", 0, "ipwrap"); err == nil {
					return w
				}
			}
		}
		return v
	}
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if _, ok := isSequence(v); !ok {
		return wrap(v), nil
	}
	items, err := value.ToSlice(v)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, item := range items {
		out = append(out, wrap(item))
	}
	return list(out), nil
}

func ipSubnet(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	query, err := a.textOr(1, "")
	if err != nil {
		return nil, err
	}
	var index *int64
	if a.has(2) {
		v := a.Values[2]
		if s, ok := textOf(v); ok {
			if v, err = value.ParseInt(s, 10); err != nil {
				return nil, err
			}
		}
		i, err := toInt(v)
		if err != nil {
			return nil, err
		}
		index = &i
	}
	return ipaddr.Subnet(v, query, index)
}

func ipMath(a *arguments) (value.Value, error) {
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	n, err := ipaddr.Parse(s)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "You must pass a valid IP address; %s is invalid", s)
	}
	amount, err := a.intOr(1, 0)
	if err != nil {
		return nil, value.Errorf(value.TypeError, "You must pass an integer for arithmetic; %s is not a valid integer", shown(a.Values[1]))
	}
	out, err := n.Add(big.NewInt(amount))
	return value.Str(out), err
}

func ip4Hex(a *arguments) (value.Value, error) {
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	delimiter, err := a.textOr(1, "")
	if err != nil {
		return nil, err
	}
	n, err := ipaddr.Parse(s)
	if err != nil || n.Version != 4 {
		return nil, value.Errorf(value.ValueError, "ip4_hex: %s is not an IPv4 address", s)
	}
	return value.Str(n.Hex(delimiter)), nil
}

func nthHost(a *arguments) (value.Value, error) {
	n, ok := ipaddr.Read(a.Values[0])
	if !ok || !a.has(1) {
		return value.Bool(false), nil
	}
	v := a.Values[1]
	if s, isText := textOf(v); isText {
		parsed, err := value.ParseInt(s, 10)
		if err != nil {
			return value.Bool(false), nil
		}
		v = parsed
	}
	i, err := toInt(v)
	if err != nil || i == 0 && v == a.Values[1] {
		return value.Bool(false), nil
	}
	if text, ok := n.At(i); ok {
		return value.Str(text), nil
	}
	return value.Bool(false), nil
}

func cidrMerge(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	action, err := a.textOr(1, "merge")
	if err != nil {
		return nil, err
	}
	var networks []ipaddr.Network
	for _, item := range items {
		s, err := value.ToStr(item)
		if err != nil {
			return nil, err
		}
		n, err := ipaddr.Parse(s)
		if err != nil {
			return nil, value.Errorf(value.ValueError, "cidr_merge: error in netaddr:\n%w", err)
		}
		networks = append(networks, n)
	}
	switch action {
	case "merge":
		var out []string
		for _, n := range ipaddr.Merge(networks) {
			out = append(out, n.String())
		}
		return strs(out), nil
	case "span":
		switch len(networks) {
		case 0:
			return value.None, nil
		case 1:
			return value.Str(networks[0].String()), nil
		}
		n, err := ipaddr.Span(networks)
		return value.Str(n.String()), err
	}
	return nil, value.Errorf(value.ValueError, "cidr_merge: invalid action '%s'", action)
}

func networkIn(usable bool) func(a *arguments) (value.Value, error) {
	return func(a *arguments) (value.Value, error) {
		for i := range 2 {
			if _, err := a.defined(i); err != nil {
				return nil, err
			}
		}
		return value.Bool(ipaddr.InNetwork(a.Values[0], a.Values[1], usable)), nil
	}
}

func nthUsable(direction int64) func(a *arguments) (value.Value, error) {
	return func(a *arguments) (value.Value, error) {
		n, ok := ipaddr.Read(a.Values[0])
		if !ok {
			return value.Bool(false), nil
		}
		offset, ok := a.Values[1].(value.Int)
		if !ok {
			return nil, value.Errorf(value.TypeError, "Must pass in an integer")
		}
		return n.Neighbour(direction * int64(offset))
	}
}

func reduceOnNetwork(a *arguments) (value.Value, error) {
	items, err := a.slice(0)
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, item := range items {
		if ipaddr.InNetwork(a.Values[1], item, false) {
			out = append(out, item)
		}
	}
	return list(out), nil
}

func slaac(a *arguments) (value.Value, error) {
	n, ok := ipaddr.Read(a.Values[0])
	if !ok || n.Version != 6 || !a.has(1) {
		return value.Bool(false), nil
	}
	text, err := a.text(1)
	if err != nil {
		return nil, err
	}
	mac, ok := ipaddr.ParseMAC(text)
	if !ok {
		return value.Bool(false), nil
	}
	return value.Str(n.SLAAC(mac)), nil
}

// usableRange lists every address of a network, which for a large one is refused.
func usableRange(a *arguments) (value.Value, error) {
	s, err := a.text(0)
	if err != nil {
		return nil, err
	}
	n, err := ipaddr.Parse(s)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "Error while using plugin 'usable_range': '%s' does not appear to be an IPv4 or IPv6 network", s)
	}
	const most = 1 << 20
	if !n.Size().IsInt64() || n.Size().Int64() > most {
		return nil, value.Errorf(value.BudgetError, "usable_range: %s has more than %d addresses", s, most)
	}
	if err := a.Spend(int(n.Size().Int64())); err != nil {
		return nil, err
	}
	var all []string
	for i := range n.Size().Int64() {
		text, _ := n.At(i)
		all = append(all, text)
	}
	d := value.NewDict()
	d.SetStr("usable_ips", strs(all))
	d.SetStr("number_of_ips", value.Int(len(all)))
	return d, nil
}

// ipTests are the tests of ansible.utils over addresses.
var ipTests = map[string]jinja.Filter{
	"in_network": def("in_network", "ip network", func(a *arguments) (value.Value, error) {
		return value.Bool(ipaddr.InNetwork(a.Values[1], a.Values[0], false)), nil
	}),
	"subnet_of": def("subnet_of", "a b", func(a *arguments) (value.Value, error) {
		return value.Bool(ipaddr.InNetwork(a.Values[1], a.Values[0], false)), nil
	}),
	"supernet_of": def("supernet_of", "a b", func(a *arguments) (value.Value, error) {
		return value.Bool(ipaddr.InNetwork(a.Values[0], a.Values[1], false)), nil
	}),
	"in_any_network": def("in_any_network", "ip networks", inAnyNetwork),
	"ip":             ipTest(func(n ipaddr.Network, _ bool) bool { return true }),
	"ip_address":     ipTest(func(n ipaddr.Network, slash bool) bool { return !slash }),
	"ipv4":           ipTest(func(n ipaddr.Network, _ bool) bool { return n.Version == 4 }),
	"ipv6":           ipTest(func(n ipaddr.Network, _ bool) bool { return n.Version == 6 }),
	"ipv4_address":   ipTest(func(n ipaddr.Network, slash bool) bool { return n.Version == 4 && !slash }),
	"ipv6_address":   ipTest(func(n ipaddr.Network, slash bool) bool { return n.Version == 6 && !slash }),
	"loopback":       ipKind(net.IP.IsLoopback),
	"multicast":      ipKind(net.IP.IsMulticast),
	"private":        ipKind(net.IP.IsPrivate),
	"unspecified":    ipKind(net.IP.IsUnspecified),
	"mac": def("mac", "mac", func(a *arguments) (value.Value, error) {
		s, err := a.text(0)
		_, ok := ipaddr.ParseMAC(s)
		return value.Bool(ok), err
	}),
}

func inAnyNetwork(a *arguments) (value.Value, error) {
	networks, err := a.slice(1)
	if err != nil {
		return nil, err
	}
	for _, n := range networks {
		if ipaddr.InNetwork(n, a.Values[0], false) {
			return value.Bool(true), nil
		}
	}
	return value.Bool(false), nil
}

func ipTest(f func(n ipaddr.Network, slash bool) bool) jinja.Filter {
	return def("ip test", "ip", func(a *arguments) (value.Value, error) {
		s, err := a.text(0)
		if err != nil {
			return nil, err
		}
		n, err := ipaddr.Parse(s)
		return value.Bool(err == nil && f(n, strings.Contains(s, "/"))), nil
	})
}

func ipKind(f func(net.IP) bool) jinja.Filter {
	return def("ip test", "ip", func(a *arguments) (value.Value, error) {
		s, err := a.text(0)
		if err != nil {
			return nil, err
		}
		ip := net.ParseIP(s)
		return value.Bool(ip != nil && f(ip)), nil
	})
}
