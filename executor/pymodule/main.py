# The first thing that runs of a packed module: it takes the arguments from standard input, gives them to
# ansible.module_utils.basic, and becomes the module.
import runpy
import sys


def run(name):
    given = getattr(sys.stdin, 'buffer', sys.stdin).read()
    from ansible.module_utils import basic
    basic._ANSIBLE_ARGS = given
    if hasattr(basic, '_ANSIBLE_PROFILE'):
        basic._ANSIBLE_PROFILE = 'legacy'
    runpy.run_module(name, init_globals={'_module_fqn': name, '_modlib_path': sys.path[0]}, run_name='__main__', alter_sys=True)


