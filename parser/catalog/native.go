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
		ansible.posix: acl authorized_key firewalld mount seboolean selinux sysctl
		community.general: alternatives apache2_module apk archive capabilities composer django_manage filesystem gem git_config htpasswd ini_file
		locale_gen lvg lvol mail make modprobe npm pacman pam_limits parted snap supervisorctl timezone ufw zypper
		community.crypto: openssh_keypair openssl_csr openssl_csr_info openssl_csr_pipe openssl_dhparam openssl_pkcs12 openssl_privatekey
		openssl_privatekey_info openssl_publickey openssl_publickey_info x509_certificate x509_certificate_info x509_certificate_pipe
		community.docker: docker_compose docker_compose_v2 docker_container docker_container_exec docker_container_info docker_image
		docker_image_build docker_image_info docker_image_pull docker_login docker_network docker_prune docker_volume
		community.mysql: mysql_db mysql_user
		community.postgresql: postgresql_db postgresql_ext postgresql_privs postgresql_user
		community.rabbitmq: rabbitmq_plugin rabbitmq_user rabbitmq_vhost`,
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

// unsupported are arguments of native modules that Ansible's have and ours do not: giving one is refused, unless the value
// is the default.
var unsupported = map[string]string{
	"ansible.builtin.get_url":                "ciphers use_gssapi use_netrc",
	"ansible.builtin.reboot":                 "search_paths",
	"ansible.builtin.service":                "runlevel",
	"ansible.builtin.sysvinit":               "daemonize",
	"ansible.builtin.uri":                    "ciphers use_gssapi use_netrc",
	"ansible.builtin.user":                   "authorization login_class profile",
	"ansible.builtin.yum":                    "use_backend",
	"ansible.posix.synchronize":              "_local_rsync_password _substitute_controller",
	"community.crypto.x509_certificate":      entrust + " acme_accountkey_path acme_chain acme_challenge_path acme_directory",
	"community.crypto.x509_certificate_pipe": entrust,
	"community.docker.docker_compose":        "api_version hostname_check nocache ssl_version tls_hostname",
	"community.docker.docker_compose_v2":     "api_version tls_hostname",
	"community.docker.docker_container_exec": "ssl_version stdin stdin_add_newline",
	"community.docker.docker_container":      "output_logs ssl_version",
	"community.docker.docker_container_info": "ssl_version",
	"community.docker.docker_image":          "ssl_version",
	"community.docker.docker_image_build":    "cli_context docker_cli outputs secrets",
	"community.docker.docker_image_info":     "ssl_version",
	"community.docker.docker_image_pull":     "cli_context docker_cli",
	"community.docker.docker_login":          "ssl_version",
	"community.docker.docker_network":        "ssl_version",
	"community.docker.docker_prune":          "ssl_version",
	"community.docker.docker_volume":         "ssl_version",
	"community.mysql.mysql_db":               "check_hostname config_overrides_defaults",
	"community.mysql.mysql_user":             "check_hostname force_context",
	"community.postgresql.postgresql_db":     "connect_params ssl_cert ssl_key",
	"community.postgresql.postgresql_ext":    "connect_params ssl_cert ssl_key",
	"community.postgresql.postgresql_privs":  "connect_params ssl_cert ssl_key",
	"community.postgresql.postgresql_user":   "connect_params ssl_cert ssl_key",
}

// refusedValues are values of arguments of native modules that Ansible's take and ours do not.
var refusedValues = map[string]string{
	"community.crypto.openssl_csr_info name_encoding":      "unicode",
	"community.crypto.openssl_privatekey curve":            foreignCurves,
	"community.crypto.openssl_privatekey type":             "DSA Ed448 X448",
	"community.crypto.x509_certificate provider":           "acme entrust",
	"community.crypto.x509_certificate_info name_encoding": "unicode",
	"community.crypto.x509_certificate_pipe provider":      "entrust",
}

// foreignCurves are elliptic curves that Go's library does not have.
const foreignCurves = `secp192r1 secp256k1 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1 sect163k1 sect163r2 sect233k1 sect233r1
	sect283k1 sect283r1 sect409k1 sect409r1 sect571k1 sect571r1`

// entrust are the arguments of x509_certificate's provider of that name.
const entrust = `entrust_api_client_cert_key_path entrust_api_client_cert_path entrust_api_key entrust_api_specification_path entrust_api_user
	entrust_cert_type entrust_not_after entrust_requester_email entrust_requester_name entrust_requester_phone`

// ordered are dicts whose order counts.
var ordered = map[string]string{"community.crypto.openssl_csr": "subject", "community.crypto.openssl_csr_pipe": "subject"}

// pointless are arguments that tune what Ansible's modules need and ours do not (a Python library, a temporary directory, a
// warning, how a value is checked before it is pasted into a command): they are accepted and mean nothing.
var pointless = words(`ansible.builtin: install_python_apt install_python_debian install_repoquery io_buffer_size tmp_dest _async_dir
	_diff_peek others
	ansible.builtin: validate_checksum
	ansible.posix: _local_rsync_path offline ssh_connection_multiplexing use_ssh_args
	community.crypto: backend name_encoding select_crypto_backend
	community.general: warn_mpm_absent ack_venv_creation_deprecation
	community.mysql: unsafe_login_password pipefail use_shell
	community.postgresql: trust_input`)

// handsOver are the generic modules, which take the arguments of the module that does the work as well.
var handsOver = map[string]string{
	"ansible.builtin.package": "ansible.builtin.apt ansible.builtin.dnf",
	"ansible.builtin.service": "ansible.builtin.systemd_service",
}

// optionalIn are arguments that the documentation of a generic module requires and the module behind it does not.
var optionalIn = map[string]string{
	"ansible.builtin.package": "state",
	"ansible.builtin.service": "name",
}

// documented are names under which the documentation lists a free form; they are no arguments.
var documented = []string{"free-form", "key_value"}
