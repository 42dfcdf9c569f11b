package facts

import (
	"slices"
	"strings"
	"sync"
)

// What packages bring, by Debian's and Red Hat's names: package: programs, /directories, user names (u:), services (s:).
const brings = `
nginx nginx-full nginx-extras nginx-light nginx-core: nginx /etc/nginx /etc/nginx/conf.d /etc/nginx/sites-available /etc/nginx/sites-enabled /etc/nginx/snippets /etc/nginx/modules-enabled /var/www /var/www/html /var/log/nginx /usr/share/nginx u:nginx u:www-data s:nginx
apache2 httpd: apache2ctl apachectl a2ensite a2enmod a2dissite a2dismod a2enconf /etc/apache2 /etc/apache2/sites-available /etc/apache2/sites-enabled /etc/apache2/conf-available /etc/apache2/conf-enabled /etc/apache2/mods-available /etc/apache2/mods-enabled /etc/httpd /etc/httpd/conf /etc/httpd/conf.d /var/www /var/www/html /var/log/apache2 /var/log/httpd u:apache s:apache2
apache2-utils httpd-tools: htpasswd ab
supervisor: supervisorctl supervisord /etc/supervisor /etc/supervisor/conf.d /var/log/supervisor s:supervisor s:supervisord
postgresql postgresql-server postgresql-contrib postgresql-client: psql createdb createuser pg_dump /etc/postgresql /var/lib/postgresql u:postgres s:postgresql
mysql-server mariadb-server default-mysql-server mysql-client mariadb-client: mysql mysqladmin mysqldump /etc/mysql /etc/mysql/conf.d /etc/mysql/mysql.conf.d /etc/mysql/mariadb.conf.d /var/lib/mysql /var/run/mysqld u:mysql s:mysql s:mariadb s:mysqld
redis redis-server redis-tools: redis-cli redis-server /etc/redis /var/lib/redis u:redis s:redis s:redis-server
memcached: memcached u:memcache s:memcached
rabbitmq-server: rabbitmqctl rabbitmq-plugins /etc/rabbitmq u:rabbitmq s:rabbitmq-server
git git-core: git
subversion: svn
mercurial: hg
rsync: rsync s:rsync
curl: curl
wget: wget
unzip: unzip
zip: zip
jq: jq
make build-essential: make gcc
acl: setfacl getfacl
ufw: ufw /etc/ufw /etc/ufw/applications.d s:ufw
firewalld: firewall-cmd s:firewalld
fail2ban: fail2ban-client /etc/fail2ban /etc/fail2ban/jail.d /etc/fail2ban/filter.d /etc/fail2ban/action.d s:fail2ban
certbot letsencrypt python-certbot-nginx python3-certbot-nginx python3-certbot: certbot letsencrypt /etc/letsencrypt /etc/letsencrypt/live /etc/letsencrypt/renewal-hooks /etc/letsencrypt/renewal-hooks/deploy
python3-venv python-virtualenv python3-virtualenv virtualenv: virtualenv
python-pip python3-pip: pip pip3
nodejs npm: node npm npx
php php-cli php-fpm: php
composer: composer
ruby ruby-full ruby-dev: ruby gem
docker.io docker-ce docker-engine docker docker-ce-cli: docker /etc/docker /var/lib/docker u:docker s:docker
docker-compose docker-compose-plugin: docker-compose
haproxy: haproxy /etc/haproxy /etc/haproxy/errors u:haproxy s:haproxy
varnish: varnishadm /etc/varnish u:varnish s:varnish
postfix: postconf postmap newaliases /etc/postfix u:postfix s:postfix
dovecot dovecot-core dovecot-imapd: doveadm /etc/dovecot /etc/dovecot/conf.d u:dovecot s:dovecot
bind9 bind: rndc named-checkconf /etc/bind /var/cache/bind u:bind s:bind9 s:named
dnsmasq: dnsmasq /etc/dnsmasq.d u:dnsmasq s:dnsmasq
ntp: ntpq u:ntp s:ntp s:ntpd
chrony: chronyc /etc/chrony s:chrony s:chronyd
tomcat tomcat8 tomcat9: /etc/tomcat u:tomcat s:tomcat s:tomcat8 s:tomcat9
elasticsearch: /etc/elasticsearch /var/lib/elasticsearch /usr/share/elasticsearch u:elasticsearch s:elasticsearch
kibana: /etc/kibana u:kibana s:kibana
logstash: /etc/logstash /etc/logstash/conf.d u:logstash s:logstash
grafana: grafana-cli /etc/grafana /etc/grafana/provisioning /var/lib/grafana u:grafana s:grafana-server
prometheus: /etc/prometheus u:prometheus s:prometheus
mongodb mongodb-org mongodb-server: mongo mongod u:mongodb u:mongod s:mongod s:mongodb
openvpn: openvpn /etc/openvpn s:openvpn
wireguard wireguard-tools: wg wg-quick /etc/wireguard
samba: smbpasswd testparm /etc/samba s:smbd s:nmbd
vsftpd: u:ftp s:vsftpd
squid: squid /etc/squid s:squid
snmpd: s:snmpd /etc/snmp
monit: monit /etc/monit /etc/monit/conf.d s:monit
cockpit: s:cockpit
jenkins: /var/lib/jenkins u:jenkins s:jenkins
gunicorn: gunicorn
uwsgi: uwsgi /etc/uwsgi /etc/uwsgi/apps-available /etc/uwsgi/apps-enabled s:uwsgi
celery: celery
imagemagick: convert
ffmpeg: ffmpeg
`

type brought struct {
	byPackage map[string][]thing
	program   map[string]string // program -> first package
	service   map[string]string
}

var broughtTable = sync.OnceValue(func() *brought {
	b := &brought{map[string][]thing{}, map[string]string{}, map[string]string{}}
	for line := range strings.Lines(brings) {
		names, things, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		for _, pkg := range strings.Fields(names) {
			for _, word := range strings.Fields(things) {
				got := b.thing(word)
				b.byPackage[pkg] = append(b.byPackage[pkg], got)
				if got.kind == "program" && b.program[got.name] == "" {
					b.program[got.name] = pkg
				}
				if got.kind == "service" && b.service[got.name] == "" {
					b.service[got.name] = pkg
				}
			}
		}
	}
	return b
})

func (b *brought) thing(word string) thing {
	switch {
	case strings.HasPrefix(word, "/"):
		return thing{"dir", word}
	case strings.HasPrefix(word, "u:"):
		return thing{"user", word[2:]}
	case strings.HasPrefix(word, "s:"):
		return thing{"service", word[2:]}
	}
	return thing{"program", word}
}

// basePrograms are in the table of packages but come with many plain installs: their absence is not to be assumed.
var basePrograms = []string{"curl", "wget", "rsync", "unzip", "zip", "make", "gcc", "python3", "gem", "node", "ufw", "setfacl", "getfacl", "pip", "pip3", "virtualenv", "docker-compose", "php", "ruby", "jq", "convert"}

// packageFor is a package that brings a program which no plain install has, "" if the program is not known.
func packageFor(program string) string {
	if slices.Contains(basePrograms, program) {
		return ""
	}
	return broughtTable().program[program]
}

func servicePackage(service string) string { return broughtTable().service[service] }

// packageBrings are the things that a package is known to bring.
func packageBrings(pkg string) []thing {
	if i := strings.IndexAny(pkg, "=<>"); i > 0 {
		pkg = pkg[:i]
	}
	if got := broughtTable().byPackage[pkg]; got != nil {
		return got
	}
	// versioned names: postgresql-14, php8.1-fpm, mysql-server-8.0
	if i := strings.LastIndexByte(pkg, '-'); i > 0 && strings.Trim(pkg[i+1:], "0123456789.") == "" {
		if got := broughtTable().byPackage[pkg[:i]]; got != nil {
			return got
		}
	}
	if strings.HasPrefix(pkg, "php") && strings.HasSuffix(pkg, "-fpm") {
		return []thing{{"program", "php"}, {"service", pkg}, {"dir", "/etc/php"}}
	}
	return nil
}
