try:
    from ansible.module_utils.acme_missing import more
except ImportError:
    more = ''


def greeting(name):
    return 'hello ' + name + more
