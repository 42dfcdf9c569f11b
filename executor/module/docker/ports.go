package docker

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// ports is published_ports, exposed_ports and publish_all_ports.
func (t *container) ports(ctx context.Context, image dict) ([]wish, error) {
	bound, err := t.published(ctx)
	if err != nil {
		return nil, err
	}
	exposed := dict{}
	for _, p := range t.Args.List("exposed_ports") {
		exposed[withProtocol(strings.TrimSpace(pythonText(p)))] = dict{}
	}
	for p := range bound {
		if !inRanges(exposed, p) {
			exposed[p] = dict{}
		}
	}
	expected := []any{}
	for p := range exposed {
		expected = append(expected, p)
	}
	for p := range asDict(at(image, "Config", "ExposedPorts")) {
		if _, there := exposed[withProtocol(p)]; !there {
			expected = append(expected, withProtocol(p))
		}
	}
	all := t.params["publish_all_ports"]
	published := t.params["published_ports"] != nil
	out := []wish{}
	if published {
		out = append(out, wish{name: "published_ports", shape: mapping, want: bound, have: host("PortBindings"), asked: true, set: func(_, h dict) { h["PortBindings"] = bound }})
	}
	out = append(out, wish{name: "exposed_ports", shape: set, want: sorted(expected), have: func(c dict) any {
		have := []any{}
		for p := range asDict(at(c, "Config", "ExposedPorts")) {
			have = append(have, withProtocol(p))
		}
		return have
	}, asked: true, set: func(r, _ dict) { r["ExposedPorts"] = exposed }})
	if all != nil {
		out = append(out, wish{name: "publish_all_ports", want: all, have: host("PublishAllPorts"), asked: asBool(all), set: func(_, h dict) { h["PublishAllPorts"] = all }})
	}
	return out, nil
}

func withProtocol(port string) string {
	if strings.Contains(port, "/") {
		return port
	}
	return port + "/tcp"
}

// inRanges tells that a port is exposed as part of a range.
func inRanges(exposed dict, port string) bool {
	number, protocol, _ := strings.Cut(port, "/")
	n, _ := strconv.Atoi(number)
	for e := range exposed {
		span, p, _ := strings.Cut(e, "/")
		from, to, isRange := strings.Cut(span, "-")
		first, _ := strconv.Atoi(from)
		last, _ := strconv.Atoi(to)
		if p == protocol && isRange && first <= n && n <= last {
			return true
		}
	}
	return false
}

// published reads "[[address:]port:]port[/protocol]", the ports being ranges or not, as the API's PortBindings.
func (t *container) published(ctx context.Context) (dict, error) {
	out := dict{}
	for _, p := range t.Args.List("published_ports") {
		text := pythonText(p)
		if text == "all" {
			return nil, module.Fail("Specifying \"all\" in published_ports is no longer allowed. Set publish_all_ports to \"true\" instead to randomly assign port mappings for those not specified by published_ports.")
		}
		parts := splitAddress(text)
		inside, protocol, _ := strings.Cut(parts[len(parts)-1], "/")
		inner, err := portRange(inside)
		if err != nil {
			return nil, err
		}
		address, outside := "", ""
		switch len(parts) {
		case 1:
		case 2:
			outside = parts[0]
		case 3:
			address, outside = strings.Trim(parts[0], "[]"), parts[1]
			if _, err := netip.ParseAddr(address); err != nil {
				return nil, module.Fail("Bind addresses for published ports must be IPv4 or IPv6 addresses, not hostnames. Use the dig lookup to resolve hostnames. (Found hostname: " + parts[0] + ")")
			}
		default:
			return nil, module.Fail(fmt.Sprintf("Invalid port description \"%s\" - expected 1 to 3 colon-separated parts, but got %d. Maybe you forgot to use square brackets ([...]) around an IPv6 address?", text, len(parts)))
		}
		if address == "" {
			if address, err = t.defaultAddress(ctx); err != nil {
				return nil, err
			}
		}
		outer := []string{outside}
		if len(inner) > 1 && outside != "" {
			if outer, err = portRange(outside); err != nil {
				return nil, err
			}
		}
		for i, port := range inner {
			key := withProtocol(port + map[bool]string{true: "/" + protocol}[protocol != ""])
			hostPort := ""
			if outside != "" {
				if i >= len(outer) {
					break
				}
				hostPort = outer[i]
			}
			bindings := asList(out[key])
			out[key] = append(bindings, dict{"HostIp": address, "HostPort": hostPort})
		}
	}
	return out, nil
}

// splitAddress splits at colons outside of brackets.
func splitAddress(s string) []string {
	open := strings.IndexByte(s, '[')
	shut := strings.IndexByte(s, ']')
	if open != 0 || shut < 0 {
		return strings.Split(s, ":")
	}
	rest := strings.Split(s[shut+1:], ":")
	return append([]string{s[:shut+1]}, rest[1:]...)
}

func portRange(s string) ([]string, error) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || last < first {
		return nil, module.Fail(fmt.Sprintf("Invalid port range: \"%s\"", s))
	}
	var out []string
	for n := first; n <= last; n++ {
		out = append(out, strconv.Itoa(n))
	}
	return out, nil
}

// defaultAddress is where ports are published that name no address.
func (t *container) defaultAddress(ctx context.Context) (string, error) {
	if t.params["default_host_ip"] != nil {
		return strings.Trim(t.Args.Str("default_host_ip"), "[]"), nil
	}
	for _, n := range t.networks {
		net, err := t.network(ctx, asText(n["name"]))
		if err != nil {
			return "", err
		}
		if net == nil {
			return "", module.Fail("Cannot inspect the network '" + asText(n["name"]) + "' to determine the default IP")
		}
		if ip := asText(at(net, "Options", "com.docker.network.bridge.host_binding_ipv4")); net["Driver"] == "bridge" && ip != "" {
			return ip, nil
		}
	}
	return "0.0.0.0", nil
}
