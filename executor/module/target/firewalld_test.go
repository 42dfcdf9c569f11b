//go:build target

package target

func firewalldSteps() []step {
	const firewalld = "ansible.posix.firewalld"
	const rich = `rule family="ipv4" source address="10.9.0.0/24" port port="5432" protocol="tcp" accept`
	const why = "an unknown service is refused in check mode, too"
	refused := map[string]string{"changed": why, "failed": why, "msg": why, "rc": why, "stdout": why, "stderr": why}
	forward := m2("tree", "a zone keeps its <forward/>, which Ansible's module drops where the daemon does not run")
	return exactly([]step{
		{module: firewalld, shell: "systemctl start firewalld", args: m{"service": "http", "state": "enabled"}},
		{module: firewalld, args: m{"service": "http", "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"service": "https", "state": "enabled", "permanent": true, "immediate": true}},
		{module: firewalld, args: m{"service": "https", "state": "disabled", "permanent": true, "immediate": true, "zone": "public"}},
		{module: firewalld, args: m{"service": "nosuch", "state": "enabled"}, fails: true, differs: refused},
		{module: firewalld, args: m{"port": "8080/tcp", "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"port": "6000-6007/tcp", "state": "enabled", "immediate": true, "permanent": true}},
		{module: firewalld, args: m{"port": "8080/tcp", "state": "disabled", "permanent": true}},
		{module: firewalld, args: m{"port": "8080", "state": "enabled"}, fails: true},
		{module: firewalld, args: m{"port": "99999/tcp", "state": "enabled"}, fails: true},
		{module: firewalld, args: m{"protocol": "gre", "state": "enabled", "permanent": true, "immediate": true}},
		{module: firewalld, args: m{"rich_rule": rich, "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"rich_rule": "rule  family=ipv4 source address=10.9.0.0/24 port port=5432 protocol=tcp accept", "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"rich_rule": "rule nonsense", "state": "enabled", "permanent": true}, fails: true},
		{module: firewalld, args: m{"source": "10.1.0.0/16", "zone": "trusted", "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"source": "10.1.0.0/16", "zone": "trusted", "state": "disabled", "permanent": true}},
		{module: firewalld, args: m{"interface": "dummy7", "zone": "trusted", "state": "enabled", "permanent": true, "immediate": true}},
		{module: firewalld, args: m{"interface": "dummy7", "zone": "internal", "state": "enabled", "permanent": true, "immediate": true}},
		{module: firewalld, args: m{"interface": "dummy7", "zone": "internal", "state": "disabled", "permanent": true, "immediate": true}},
		{module: firewalld, args: m{"masquerade": "yes", "state": "enabled", "permanent": true, "zone": "dmz"}},
		{module: firewalld, args: m{"masquerade": "yes", "state": "disabled", "permanent": true, "zone": "dmz"}},
		{module: firewalld, args: m{"masquerade": "no", "state": "enabled", "permanent": true, "immediate": true, "zone": "dmz"}},
		{module: firewalld, args: m{"icmp_block": "echo-request", "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"icmp_block_inversion": "yes", "zone": "drop", "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"icmp_block_inversion": "yes", "zone": "drop", "state": "disabled", "permanent": true}},
		{module: firewalld, args: m{"port_forward": []any{m{"port": 443, "proto": "tcp", "toport": 8443}}, "state": "enabled", "permanent": true}},
		{module: firewalld, args: m{"port_forward": []any{m{"port": 80, "proto": "tcp", "toport": 8080, "toaddr": "10.0.0.9"}}, "state": "enabled", "permanent": true, "immediate": true}},
		{module: firewalld, args: m{"port_forward": []any{m{"port": 443, "proto": "tcp", "toport": 8443}}, "state": "disabled", "permanent": true}},
		{module: firewalld, args: m{"zone": "custom", "state": "present", "permanent": true}},
		{module: firewalld, args: m{"zone": "custom", "state": "present"}, fails: true},
		{module: firewalld, args: m{"zone": "custom", "state": "present", "permanent": true, "target": "DROP"}},
		{module: firewalld, args: m{"zone": "custom", "state": "enabled", "permanent": true, "target": "ACCEPT"}},
		{module: firewalld, args: m{"zone": "custom", "state": "absent", "permanent": true}},
		{module: firewalld, args: m{"zone": "nosuch", "service": "http", "state": "enabled", "permanent": true}, fails: true},
		{module: firewalld, args: m{"service": "ssh", "state": "present"}, fails: true},
		{module: firewalld, args: m{"service": "http", "port": "80/tcp", "state": "enabled"}, fails: true},
		{module: firewalld, args: m{"service": "ftp", "state": "enabled", "timeout": 300}},
		{module: firewalld, args: m{"service": "ftp", "state": "enabled", "permanent": true, "immediate": false, "timeout": 300}},
		{module: firewalld, shell: "systemctl stop firewalld", args: m{"service": "ftp", "state": "enabled"}, fails: true},
		{module: firewalld, args: m{"service": "http", "state": "disabled", "permanent": true}, differs: forward},
		{module: firewalld, args: m{"service": "http", "state": "disabled", "permanent": true, "offline": true}, differs: forward},
		{module: firewalld, args: m{"port": "9000/udp", "state": "enabled", "permanent": true, "immediate": true, "offline": true}, fails: true},
		{module: firewalld, args: m{"port": "9000/udp", "state": "enabled", "permanent": true}, differs: forward},
		{module: firewalld, args: m{"rich_rule": rich, "state": "disabled", "permanent": true}, differs: forward},
		{module: firewalld, args: m{"source": "10.2.0.0/16", "zone": "trusted", "state": "enabled", "permanent": true}, differs: forward},
		{module: firewalld, args: m{"zone": "dmz", "target": "DROP", "state": "enabled", "permanent": true}, differs: forward},
		{module: firewalld, args: m{"zone": "later", "state": "present", "permanent": true, "offline": true}, differs: forward},
	})
}
