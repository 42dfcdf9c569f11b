package ipaddr

import (
	"testing"

	"pylint-deploy/parser/jinja/value"
)

// What ansible.utils over netaddr answers. conformance asks the library itself where it is installed.
var answers = []struct{ address, query, want string }{
	{"10.1.2.3/24", "", "'10.1.2.3/24'"}, {"10.1.2.3", "", "'10.1.2.3'"}, {"bad", "", "False"}, {"", "", "False"},
	{"10.1.2.3/24", "address", "'10.1.2.3'"}, {"10.1.2.0/24", "address", "None"}, {"2001:db8::/64", "address", "'2001:db8::'"},
	{"10.1.2.3/24", "network", "'10.1.2.0'"}, {"10.1.2.3/24", "broadcast", "'10.1.2.255'"}, {"10.1.2.3/31", "broadcast", "None"},
	{"10.1.2.3/24", "netmask", "'255.255.255.0'"}, {"10.1.2.3/255.255.255.0", "prefix", "24"}, {"10.1.2.3/24", "size_usable", "254"},
	{"10.1.2.3/24", "range_usable", "'10.1.2.1-10.1.2.254'"}, {"10.1.2.1/30", "peer", "'10.1.2.2'"}, {"10.1.2.0/24", "-1", "'10.1.2.255/24'"},
	{"10.1.2.3", "10.0.0.0/8", "'10.1.2.3'"}, {"11.1.2.3", "10.0.0.0/8", "None"}, {"fe80::1/64", "wrap", "'[fe80::1]/64'"},
	{"8.8.8.8", "6to4", "'2002:0808:0808::1/48'"}, {"8.8.8.8", "public", "'8.8.8.8'"}, {"8.8.8.8", "private", "None"},
	{"::1", "revdns", "'1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.'"},
}

func TestQueries(t *testing.T) {
	for _, c := range answers {
		v, err := Query(value.Str(c.address), c.query, 0, "ipaddr")
		if err != nil {
			t.Errorf("%s %q: %v", c.address, c.query, err)
		} else if got, _ := value.Repr(v); got != c.want {
			t.Errorf("%s %q = %s, want %s", c.address, c.query, got, c.want)
		}
	}
	if _, err := Query(value.Str("10.0.0.1"), "nosuch", 0, "ipaddr"); err == nil || err.Error() != "ipaddr: unknown filter type: nosuch" {
		t.Errorf("an unknown question: %v", err)
	}
}

func TestMerge(t *testing.T) {
	got := Merge(mustParse("10.0.1.0/24", "10.0.0.0/24", "10.0.0.5", "10.0.2.0/23", "2001:db8::/65", "2001:db8:0:0:8000::/65"))
	if len(got) != 2 || got[0].String() != "10.0.0.0/22" || got[1].String() != "2001:db8::/64" {
		t.Errorf("merged to %v", got)
	}
}

func FuzzQuery(f *testing.F) {
	for _, c := range answers {
		f.Add(c.address, c.query)
	}
	f.Fuzz(func(t *testing.T, address, query string) {
		_, _ = Query(value.Str(address), query, 0, "ipaddr")
		_, _ = Subnet(value.Str(address), query, nil)
	})
}
