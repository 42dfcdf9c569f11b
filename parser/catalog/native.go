package catalog

import "strings"

// native says who does the work of the modules that run natively. A test compares it with what executor has.
var native = map[Where]string{
	Strategy: `ansible.builtin: import_playbook import_role import_tasks include include_role include_tasks meta`,
	Controller: `ansible.builtin: add_host assert async_status debug fail fetch gather_facts group_by include_vars pause raw
		reboot script set_fact set_stats template validate_argument_spec wait_for_connection
		community.general: twilio
		ansible.posix: synchronize`,
	Target: `ansible.builtin: apt apt_key apt_repository assemble blockinfile command copy cron deb822_repository debconf dnf
		dpkg_selections file find get_url getent git group hostname iptables known_hosts lineinfile package package_facts
		ping pip replace rpm_key service service_facts setup shell slurp stat systemd_service sysvinit tempfile
		unarchive uri user wait_for yum yum_repository
		ansible.posix: acl authorized_key mount seboolean selinux sysctl
		community.general: alternatives apache2_module archive composer django_manage gem htpasswd ini_file locale_gen modprobe
		npm supervisorctl timezone ufw
		community.mysql: mysql_db mysql_user
		community.postgresql: postgresql_db postgresql_ext postgresql_user`,
}

// freeForm are the modules that take a bare string (Ansible's playbook reference, "free form").
var freeForm = words(`ansible.builtin: add_host command group_by import_playbook import_role import_tasks include include_role
	include_tasks include_vars meta raw script set_fact shell
	ansible.windows: win_command win_shell`)

// renamed are former FQCNs of one and the same module.
var renamed = map[string]string{
	"ansible.builtin.systemd": "ansible.builtin.systemd_service",
}

// words expands "collection: name name collection: name" into FQCNs.
func words(table string) map[string]bool {
	out := map[string]bool{}
	collection := ""
	for _, w := range strings.Fields(table) {
		if c, ok := strings.CutSuffix(w, ":"); ok {
			collection = c
			continue
		}
		out[collection+"."+w] = true
	}
	return out
}
