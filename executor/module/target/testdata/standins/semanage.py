"""libsemanage over files: /var/lib/selinux/booleans are what is stored."""
import os

STORE = "/var/lib/selinux/booleans/"
changes = {}


class Boolean:
    def __init__(self):
        self.name, self.value = "", 0


def semanage_handle_create():
    return object()


def semanage_is_managed(handle):
    return 1


def nothing(*args):
    return 0


semanage_connect = semanage_disconnect = semanage_begin_transaction = semanage_handle_destroy = nothing
semanage_set_reload = semanage_bool_key_free = semanage_bool_free = nothing


def semanage_bool_create(handle):
    return 0, Boolean()


def semanage_bool_set_name(handle, boolean, name):
    boolean.name = name
    return 0


def semanage_bool_key_extract(handle, boolean):
    return 0, boolean.name


def semanage_bool_exists(handle, key):
    return 0, int(os.path.exists(STORE + key))


def semanage_bool_query(handle, key):
    boolean = Boolean()
    boolean.name = key
    with open(STORE + key) as f:
        boolean.value = int(f.read())
    return 0, boolean


def semanage_bool_get_value(boolean):
    return boolean.value


def semanage_bool_set_value(boolean, value):
    boolean.value = value


def semanage_bool_modify_local(handle, key, boolean):
    changes[key] = boolean.value
    return 0


def semanage_bool_set_active(handle, key, boolean):
    with open("/sys/fs/selinux/booleans/" + key, "w") as f:
        f.write("%d %d" % (boolean.value, boolean.value))
    return 0


def semanage_commit(handle):
    for key, value in changes.items():
        with open(STORE + key, "w") as f:
            f.write(str(value))
    return 0
