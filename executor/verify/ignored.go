package verify

// Ignored are the items that are no part of what a deployment makes, by package state's patterns: they change by themselves, or
// are caches of what is compared anyway. Docs/verify.md lists them with the reasons.
var Ignored = []string{
	// the kernel's, and what does not outlive a restart
	"/proc", "/sys", "/dev", "/run", "/var/run", "/tmp", "/var/tmp", "/lost+found",
	// logs and what counts them
	"/var/log", "/var/lib/logrotate", "/var/mail", "/var/spool/exim4", "/var/spool/postfix",
	// caches, and the databases of packages: packages are compared one by one
	"/var/cache", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/rpm", "/var/lib/dnf", "/var/backups", "/var/lib/ucf", "/var/lib/pam",
	"/etc/ld.so.cache", "/usr/share/mime", "/usr/share/info/dir", "/usr/share/applications/mimeinfo.cache", "**/__pycache__", "**/*.pyc",
	"/root/.cache", "/home/*/.cache", "**/.ansible", "**/.ansible_async", "**/.gnupg", "/var/lib/man-db",
	// accounts are compared one by one
	"/etc/passwd", "/etc/passwd-", "/etc/shadow", "/etc/shadow-", "/etc/group", "/etc/group-", "/etc/gshadow", "/etc/gshadow-",
	"/etc/subuid", "/etc/subuid-", "/etc/subgid", "/etc/subgid-", "/etc/.pwd.lock",
	// daemons' own notes
	"/var/lib/systemd", "/var/lib/private", "/var/lib/fail2ban", "/var/lib/chrony", "/var/lib/NetworkManager", "/var/lib/dhcp", "/var/lib/dbus",
	"/etc/machine-id", "/etc/resolv.conf", "/etc/adjtime", "/var/lib/misc", "/var/lib/plymouth", "/var/spool/cron/atspool", "/var/lib/mysql", "/var/lib/postgresql",
	"/var/lib/redis", "/var/lib/mongodb", "/var/lib/docker", "/var/lib/containerd", "/var/lib/snapd", "/snap",
	// what certbot keeps of its requests; certificates are below archive and live
	"/etc/letsencrypt/csr", "/etc/letsencrypt/keys",
	// what Ansible's modules keep of a file before they change it: the names have the time in them
	"**/*.*-*-*@*:*:*~",
	// git's notes about its work: what is checked out is compared, and where HEAD and the branches are
	"**/.git/index", "**/.git/FETCH_HEAD", "**/.git/ORIG_HEAD", "**/.git/logs", "**/.git/objects", "**/.git/gc.log",
	"**/.*history", "**/.lesshst", "**/.viminfo", "**/.wget-hsts",
	// units that come and go on their own
	"service apt-daily*", "service dpkg-db-backup*", "service e2scrub*", "service fstrim*", "service logrotate.service", "service man-db.service",
	"service systemd-tmpfiles*", "service systemd-hostnamed*", "service systemd-timedated*", "service systemd-localed*", "service systemd-timesyncd*",
	"service getty@*", "service user@*", "service certbot.service", "service systemd-networkd-wait-online*",
	// what fail2ban blocks at the moment, and what a ufw leaves that was stopped while it looked what the kernel can do
	"firewall ** f2b-**", "firewall ** -A f2b-**", "firewall ** -A INPUT **f2b-**", "firewall ** ufw*-caps-test*",
	"mount /run/*", "mount /proc/*", "mount /sys/*", "mount /dev/*", "listen udp *:68",
}

// Opaque are files whose content is random by nature: what is compared is that they are there, their owner and mode.
var Opaque = []string{
	"/etc/letsencrypt/accounts", "/etc/letsencrypt/archive", "/etc/letsencrypt/renewal",
	"/etc/ssl/private", "**/dhparam*.pem", "/etc/ssh/ssh_host_*",
}
