# The first thing that runs of a packed module: it takes the arguments from standard input, gives them to
# ansible.module_utils.basic, and becomes the module.
import runpy
import sys


def limit_files(wanted):
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if wanted != soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except ValueError:  # more than the kernel allows whatever it says of the hard limit
            pass


def run(name):
    given = getattr(sys.stdin, 'buffer', sys.stdin).read()
    if b'"PYLINT_DEPLOY_NOFILE":' in given:
        import json
        limit_files(json.loads(given.decode('utf-8'))['PYLINT_DEPLOY_NOFILE'])
    from ansible.module_utils import basic
    basic._ANSIBLE_ARGS = given
    if hasattr(basic, '_ANSIBLE_PROFILE'):
        basic._ANSIBLE_PROFILE = 'legacy'
    runpy.run_module(name, init_globals={'_module_fqn': name, '_modlib_path': sys.path[0]}, run_name='__main__', alter_sys=True)
    print('{"msg": "New-style module did not handle its own exit", "failed": true}')  # a module ends the program itself
    sys.exit(1)


