package docker

import (
	"context"
	"net/url"
	"strings"

	"pylint-deploy/executor/module"
)

// connectNetworks connects to the networks that are asked for, and leaves others where that is asked for.
func (t *container) connectNetworks(ctx context.Context, c dict, created bool) (dict, error) {
	way := t.ways["networks"]
	id := asText(c["Id"])
	again := false
	if way != ignored || created {
		for _, n := range t.networks {
			have, connected := asDict(at(c, "NetworkSettings", "Networks"))[asText(n["name"])]
			if connected && networkFits(n, asDict(have)) {
				continue
			}
			var was any
			if connected {
				was = dict{"name": n["name"], "ipv4_address": at(have, "IPAMConfig", "IPv4Address"), "ipv6_address": at(have, "IPAMConfig", "IPv6Address"),
					"aliases": at(have, "Aliases"), "links": at(have, "Links")}
			}
			t.diff.add("network."+asText(n["name"]), n, was)
			if err := t.connect(ctx, id, n, connected); err != nil {
				return nil, err
			}
			again = true
		}
	}
	if way == strict && t.params["networks"] != nil || t.Args.Bool("purge_networks") {
		for _, name := range asList(sorted(asDict(at(c, "NetworkSettings", "Networks")))) {
			wanted := false
			for _, n := range t.networks {
				wanted = wanted || n["name"] == name
			}
			if wanted {
				continue
			}
			t.diff.add("network."+asText(name), nil, dict{"name": name, "id": at(c, "NetworkSettings", "Networks", asText(name), "NetworkID")})
			t.did(true, dict{"removed_from_network": name})
			again = true
			if t.Check {
				continue
			}
			if _, err := t.post(ctx, "/networks/"+url.PathEscape(asText(name))+"/disconnect", nil, dict{"Container": id}); err != nil {
				return nil, module.Fail("Error disconnecting container from network " + asText(name) + " - " + err.Error())
			}
		}
	}
	if !again {
		return c, nil
	}
	return t.container(ctx, id)
}

func networkFits(n, have dict) bool {
	for arg, key := range map[string]string{"ipv4_address": "IPv4Address", "ipv6_address": "IPv6Address"} {
		if want := asText(n[arg]); want != "" && want != at(have, "IPAMConfig", key) {
			return false
		}
	}
	return allIn(n["aliases"], have["Aliases"], same) && allIn(linksOf(n), have["Links"], same)
}

// linksOf are a network's links as the API has them, "container:alias".
func linksOf(n dict) any {
	var out []any
	for _, l := range asList(n["links"]) {
		name, alias, ok := strings.Cut(asText(l), ":")
		if !ok {
			alias = name
		}
		out = append(out, name+":"+alias)
	}
	return out
}

func (t *container) connect(ctx context.Context, id string, n dict, connected bool) error {
	name, net := asText(n["name"]), "/networks/"+url.PathEscape(asText(n["id"]))
	if connected {
		t.did(true, dict{"removed_from_network": name})
		if !t.Check {
			if _, err := t.post(ctx, net+"/disconnect", nil, dict{"Container": id}); err != nil {
				return module.Fail("Error disconnecting container from network " + name + " - " + err.Error())
			}
		}
	}
	t.did(true, dict{"added_to_network": name, "network_parameters": n})
	if t.Check {
		return nil
	}
	endpoint := nonempty("IPAMConfig", nonempty("IPv4Address", n["ipv4_address"], "IPv6Address", n["ipv6_address"]))
	if a := asList(n["aliases"]); len(a) > 0 {
		endpoint["Aliases"] = a
	}
	if l := asList(linksOf(n)); len(l) > 0 {
		endpoint["Links"] = l
	}
	if _, err := t.post(ctx, net+"/connect", nil, dict{"Container": id, "EndpointConfig": endpoint}); err != nil {
		return module.Fail("Error connecting container to network " + name + " - " + err.Error())
	}
	return nil
}
