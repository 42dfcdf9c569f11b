package catalog

// Differences are in what a native module does otherwise than Ansible's on purpose, a sentence each. Arguments that are refused
// are not among them: see Arg.Unsupported.
func (m *Module) Differences() []string { return differences[m.FQCN] }

// names is what holds for all that keys and certificates say of each other.
const names = "No Python library and no openssl is needed on the target; no passphrase stands in a program's arguments, for none is run."

var differences = map[string][]string{
	"ansible.builtin.wait_for": {"The connections of state=drained are read from /proc/net only."},
	"ansible.builtin.dnf":      {"The program dnf does the work, or yum; no Python library is needed on the target."},
	"ansible.builtin.hostname": {"With use=alpine the host takes the new name on, not the one that the file had before.", "The choices of use that are of no Linux are refused."},
	"ansible.builtin.service":  {"Without systemd, a pattern that is not found means that the service does not run; Ansible's module fails."},
	"ansible.posix.firewalld": {"firewall-cmd does the work, or firewall-offline-cmd where the daemon does not run; no Python library is needed on the target.",
		"Check mode fails for a service that is not known.", "A zone that is changed where the daemon does not run keeps its forward setting."},
	"community.general.locale_gen": {"Locales without _ in their names are known, as in later releases of the collection."},
	"community.general.modprobe":   {"Check mode leaves modules-load.d and modprobe.d alone.", "What persistent=absent takes back is commented out, and the lines of the file stay as they are."},
	"community.crypto.openssh_keypair": {"Keys are made without ssh-keygen: a passphrase stands in no program's arguments.",
		"Keys of types dsa and rsa1 are refused.", "A passphrase needs private_key_format ssh or auto."},
	"community.crypto.openssl_csr":        {names, "International names are given in their form xn--."},
	"community.crypto.openssl_csr_pipe":   {"International names are given in their form xn--."},
	"community.crypto.openssl_dhparam":    {"Parameters are made without openssl, by all processors."},
	"community.crypto.openssl_pkcs12":     {"iter_size and maciter_size need no other library.", "Keys of type Ed25519 are taken."},
	"community.crypto.openssl_privatekey": {names, "RSA keys of less than 1024 bits are refused."},
	"community.crypto.x509_certificate":   {names},
	"community.docker.docker_compose": {"Compose 2 does the work, by the docker program's plugin or a program docker-compose; results are those of docker_compose_v2.",
		"Check mode needs Compose 2.18 or later."},
	"community.docker.docker_compose_v2": {"Events are read from the lines that Compose prints, with every version of it.", "Check mode needs Compose 2.18 or later."},
	"community.docker.docker_container": {"Check mode reports a change of limits and of the restart policy as a change; Ansible's module does not.",
		"published_ports without an address take the default address in every form, also where a port is published twice.", "docker_host over ssh is refused."},
	"community.docker.docker_image_build": {"The daemon's classic builder does the work, not BuildKit."},
	"community.docker.docker_login":       {"Credential helpers are refused; credentials go into the file of docker login, which is its owner's alone."},
	"community.general.apk":               {"Nothing is refreshed in check mode, and what is to be removed is no failure there."},
	"community.general.capabilities":      {"A capability with a plus sign (cap_net_raw+ep) that the file has is no change."},
	"community.general.mail": {"With secure=always nothing is sent without encryption, also where the server cannot be reached with it.",
		"Certificates are not verified, as Ansible's module does not.", "Charsets are utf-8, us-ascii and iso-8859-1."},
	"community.general.make":                {"A directory in chdir that is not there is an error.", "Parameters are given in the order of their names."},
	"community.rabbitmq.rabbitmq_user":      {"From RabbitMQ 3.8 on a password goes to rabbitmqctl by its input, not by its arguments."},
	"community.general.lvol":                {"A volume is activated or deactivated only where it is not so yet, and never in check mode."},
	"community.general.parted":              {"Needs parted 3.1 or later on the target."},
	"community.general.snap":                {"cmd is the command that was run.", "An option that has the value true, a number or a list is no change where it is asked for again."},
	"community.general.htpasswd":            {"No Python library is needed on the target.", "The scheme des_crypt is refused.", "Owner and mode count as a change."},
	"community.general.supervisorctl":       {"A password goes to supervisorctl in a scratch configuration, not in its arguments."},
	"community.postgresql.postgresql_db":    {"pg_dump and pg_restore read a password from a scratch file, not from their environment.", "Connections are made over a Unix socket or without TLS."},
	"community.postgresql.postgresql_privs": {"changed tells whether somebody has other privileges than before, for PUBLIC too.", "Connections are made over a Unix socket or without TLS."},
	"community.postgresql.postgresql_user":  {"Connections are made over a Unix socket or without TLS."},
	"community.postgresql.postgresql_ext":   {"version=latest reports a change only where a newer version is available.", "Connections are made over a Unix socket or without TLS."},
}
