#!/usr/bin/env python3
"""Writes the tables of package catalog from the Ansible that is installed (go generate ./parser/catalog).

A module's argument_spec exists only as a Python value: each module's main() is called with an AnsibleModule that keeps
its arguments and stops. Modules without Python on the target (debug, template, ...) are read with ansible-doc. Only
names, types, defaults, choices and constraints are taken; no text.
"""
import contextlib, importlib, io, json, subprocess, sys

from ansible.module_utils import basic

MODULES = {
    'builtin': """add_host apt apt_key apt_repository assemble assert async_status blockinfile command copy cron debconf debug dnf
        dpkg_selections expect fail fetch file find gather_facts get_url getent git group group_by hostname import_playbook
        import_role import_tasks include_role include_tasks include_vars iptables known_hosts lineinfile meta
        package package_facts pause ping pip raw reboot replace rpm_key script service service_facts set_fact set_stats
        setup shell slurp stat subversion systemd sysvinit tempfile template unarchive uri user validate_argument_spec
        wait_for wait_for_connection yum yum_repository""",
    'posix': """acl at authorized_key firewalld firewalld_info mount patch seboolean selinux synchronize sysctl""",
    'general': """alternatives apache2_module apk archive bundler capabilities cargo composer cpanm cronvar django_manage easy_install
        filesystem flatpak gem git_config github_release haproxy hg homebrew htpasswd ini_file interfaces_file
        iptables_state jabber java_keystore jenkins_job jenkins_plugin kernel_blacklist ldap_attrs ldap_entry
        locale_gen lvg lvol mail make mattermost modprobe monit nagios nosh npm pacman pam_limits pamd parted
        pids pip_package_info pipx pkgng portage pushover read_csv redhat_subscription redis rocketchat runit say seport
        sefcontext slack snap snap_alias ssh_config statusio_maintenance sudoers supervisorctl svr4pkg syslogger telegram
        terraform timezone twilio ufw xattr xml yarn zfs zypper zypper_repository dconf filesize crypttab open_iscsi
        pagerduty pagerduty_alert sendgrid irc hipchat newrelic_deployment rollbar_deployment airbrake_deployment bearychat
        flowdock grove matrix mqtt office_365_connector_card campfire nexmo catapult cisco_webex discord typetalk
        logentries_msg librato_annotation honeybadger_deployment influxdb_user influxdb_database datadog_event sensu_check""",
    'docker': """docker_compose docker_config docker_container docker_container_exec docker_container_info docker_host_info
        docker_image docker_image_info docker_login docker_network docker_network_info docker_node docker_plugin
        docker_prune docker_secret docker_stack docker_swarm docker_swarm_service docker_volume docker_volume_info""",
    'mysql': """mysql_db mysql_info mysql_query mysql_replication mysql_role mysql_user mysql_variables""",
    'postgresql': """postgresql_copy postgresql_db postgresql_ext postgresql_idx postgresql_info postgresql_lang
        postgresql_membership postgresql_owner postgresql_pg_hba postgresql_ping postgresql_privs postgresql_publication
        postgresql_query postgresql_schema postgresql_script postgresql_sequence postgresql_set postgresql_slot
        postgresql_subscription postgresql_table postgresql_tablespace postgresql_user""",
    'crypto': """acme_account acme_certificate acme_certificate_revoke acme_challenge_cert_helper certificate_complete_chain ecs_certificate get_certificate
        luks_device openssh_cert openssh_keypair openssl_csr openssl_csr_info openssl_csr_pipe openssl_dhparam openssl_pkcs12
        openssl_privatekey openssl_privatekey_info openssl_privatekey_pipe openssl_publickey openssl_publickey_info
        openssl_signature x509_certificate x509_certificate_info x509_certificate_pipe x509_crl""",
    'rabbitmq': """rabbitmq_binding rabbitmq_exchange rabbitmq_parameter rabbitmq_plugin rabbitmq_policy rabbitmq_queue
        rabbitmq_user rabbitmq_vhost""",
    'mongodb': """mongodb_user mongodb_replicaset mongodb_shard""",
    'kubernetes': """helm helm_repository k8s k8s_exec k8s_info k8s_scale k8s_service""",
    'grafana': """grafana_dashboard grafana_datasource grafana_notification_channel""",
}
COLLECTION = {
    'builtin': 'ansible.builtin', 'posix': 'ansible.posix', 'general': 'community.general', 'docker': 'community.docker',
    'mysql': 'community.mysql', 'postgresql': 'community.postgresql', 'crypto': 'community.crypto',
    'rabbitmq': 'community.rabbitmq', 'mongodb': 'community.mongodb', 'kubernetes': 'kubernetes.core',
    'grafana': 'community.grafana',
}
TYPES = {'str': 'Str', 'bool': 'Bool', 'int': 'Int', 'float': 'Float', 'path': 'Path', 'list': 'List', 'dict': 'Dict', 'raw': 'Raw',
         'json': 'JSON', 'jsonarg': 'JSON', 'bits': 'Bits', 'bytes': 'Bytes', 'sid': 'Str', 'tmp': 'Path', 'tmppath': 'Path',
         'integer': 'Int', 'boolean': 'Bool', 'string': 'Str'}
FILE_COMMON = set(basic.FILE_COMMON_ARGUMENTS)


class Captured(BaseException):
    pass


def capture(self, argument_spec, *args, **kw):
    names = ['bypass_checks', 'no_log', 'mutually_exclusive', 'required_together', 'required_one_of', 'add_file_common_args',
             'supports_check_mode', 'required_if', 'required_by']
    kw.update(zip(names, args))
    raise Captured(argument_spec, kw)


def python_spec(fqcn):
    base = 'ansible.modules.' if fqcn.startswith('ansible.builtin.') else 'ansible_collections.%s.%s.plugins.modules.' % tuple(fqcn.split('.')[:2])
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            importlib.import_module(base + fqcn.split('.')[2]).main()
    except Captured as c:
        return c.args
    except BaseException:
        return None
    return None


def docs(fqcns):
    out = subprocess.run(['ansible-doc', '-t', 'module', '--json', *fqcns], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return {k: v['doc'] for k, v in json.loads(out).items()}


def quote(s):
    return json.dumps(str(s), ensure_ascii=False)


def default_text(v):
    if v is None:
        return ''
    if isinstance(v, bool):
        return 'true' if v else 'false'
    if isinstance(v, (list, dict)):
        return json.dumps(v) if v else ''
    return str(v)


def go_strs(l):
    return '[]string{%s}' % ', '.join(quote(default_text(x)) for x in l)


def go_args(spec, indent, nested, skip=()):
    lines = []
    for name in sorted(spec):
        a = spec[name]
        if name in skip or not isinstance(a, dict):
            continue
        f = ['Name: ' + quote(name)]
        t = a.get('type', 'str')
        t = TYPES.get(t if isinstance(t, str) else 'raw', 'Raw')
        if t != 'Str':
            f.append('Type: ' + t)
        if t == 'List':
            e = TYPES.get(a.get('elements') or 'raw', 'Raw')
            if e != 'Str':
                f.append('Elem: ' + e)
        if a.get('required'):
            f.append('Required: true')
        d = default_text(a.get('default'))
        if d:
            f.append('Default: ' + quote(d))
        elif a.get('default') == '' and t == 'Str' and 'default' in a:
            f.append('EmptyDefault: true')
        if a.get('choices'):
            f.append('Choices: ' + go_strs(a['choices']))
        if a.get('aliases'):
            f.append('Aliases: ' + go_strs(sorted(a['aliases'])))
        if a.get('no_log'):
            f.append('NoLog: true')
        sub = a.get(nested)
        if sub:
            f.append('Options: []Arg{\n%s%s}' % (go_args(sub, indent + '\t', nested), indent))
        lines.append('%s{%s},\n' % (indent, ', '.join(f)))
    return ''.join(lines)


def go_lists(name, l):
    return '\t\t%s: [][]string{%s},\n' % (name, ', '.join('{%s}' % ', '.join(map(quote, g)) for g in l)) if l else ''


def go_required_if(l):
    if not l:
        return ''
    items = []
    for r in l:
        f = 'Arg: %s, Value: %s, Needs: %s' % (quote(r[0]), quote(default_text(r[1])), go_strs(r[2]))
        items.append('{%s%s}' % (f, ', AnyOf: true' if len(r) > 3 and r[3] else ''))
    return '\t\tRequiredIf: []RequiredIf{%s},\n' % ', '.join(items)


def go_required_by(d):
    if not d:
        return ''
    items = ['{Arg: %s, Needs: %s}' % (quote(k), go_strs([v] if isinstance(v, str) else v)) for k, v in sorted(d.items())]
    return '\t\tRequiredBy: []RequiredBy{%s},\n' % ', '.join(items)


def go_module(fqcn, doc):
    captured = python_spec(fqcn)
    s = '\t{\n\t\tFQCN: %s,\n' % quote(fqcn)
    options = (doc or {}).get('options') or {}
    if captured:
        spec, kw = captured
        # what only the documentation knows (arguments of the action half), the documented free form left out
        merged = {k: v for k, v in options.items() if k != 'free_form' and k not in spec
                  and not any(k in (x.get('aliases') or []) for x in spec.values() if isinstance(x, dict))}
        args = dict(spec)
        for k, v in merged.items():
            args[k] = dict(v)
        common = bool(kw.get('add_file_common_args')) or FILE_COMMON <= set(args)
        check = bool(kw.get('supports_check_mode'))
        nested = 'options'
    else:
        kw, args, nested = {}, {k: v for k, v in options.items() if k != 'free_form'}, 'suboptions'
        common = {'owner', 'group', 'mode', 'attributes'} <= set(args)
        # N/A: as the module that it hands over to, which is never one that skips
        check = (((doc or {}).get('attributes') or {}).get('check_mode') or {}).get('support') in ('full', 'partial', 'N/A')
    if common:
        s += '\t\tCommon: []string{"file"},\n'
    if check:
        s += '\t\tCheckMode: true,\n'
    body = go_args(args, '\t\t\t', nested, FILE_COMMON if common else ())
    if body:
        s += '\t\tArgs: []Arg{\n%s\t\t},\n' % body
    s += go_lists('MutuallyExclusive', kw.get('mutually_exclusive'))
    s += go_lists('RequiredTogether', kw.get('required_together'))
    s += go_lists('RequiredOneOf', kw.get('required_one_of'))
    s += go_required_if(kw.get('required_if'))
    s += go_required_by(kw.get('required_by'))
    return s + '\t},\n'


def main():
    basic.AnsibleModule.__init__ = capture
    basic._load_params = lambda: {}
    for family, names in MODULES.items():
        fqcns = [COLLECTION[family] + '.' + n for n in names.split()]
        known = docs(fqcns)
        with open('spec_%s.go' % family, 'w') as f:
            f.write('// Code generated by gen/specs.py from the installed Ansible; DO NOT EDIT.\n\npackage catalog\n\nvar %sModules = []Module{\n' % family)
            for fqcn in fqcns:
                if fqcn in known:
                    f.write(go_module(fqcn, known[fqcn]))
                else:
                    print('not installed here: ' + fqcn, file=sys.stderr)
            f.write('}\n')
    redirects()
    subprocess.run(['gofmt', '-w', '.'], check=True)


def redirects():
    """names.txt: short names that ansible-core redirects into collections, a line a collection."""
    import yaml, ansible.config
    with open(ansible.config.__path__[0] + '/ansible_builtin_runtime.yml') as f:
        table = yaml.safe_load(f)['plugin_routing']['modules']
    by = {}
    for short, route in table.items():
        to = route.get('redirect')
        if to:
            collection, _, name = to.rpartition('.')
            by.setdefault(collection, []).append(short if short == name else short + '=' + name)
    with open('names.txt', 'w') as f:
        for collection in sorted(by):
            f.write('%s: %s\n' % (collection, ' '.join(sorted(by[collection]))))


if __name__ == '__main__':
    main()
