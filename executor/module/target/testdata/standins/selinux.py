"""libselinux over files, as the programs beside it have them."""
import os

FS = "/sys/fs/selinux"
pending = {}


def read(path):
    with open(path) as f:
        return f.read()


def is_selinux_enabled():
    return int(os.path.exists(FS + "/enforce"))


def is_selinux_mls_enabled():
    return 0


def security_getenforce():
    return int(read(FS + "/enforce"))


def security_setenforce(value):
    with open(FS + "/enforce", "w") as f:
        f.write(str(value))


def selinux_getpolicytype():
    for line in read("/etc/selinux/config").splitlines():
        if line.startswith("SELINUXTYPE="):
            return [0, line.split("=")[1].strip()]
    return [-1, ""]


def selinux_boolean_sub(name):
    return name


def security_get_boolean_names():
    return [0, sorted(os.listdir(FS + "/booleans"))]


def security_get_boolean_active(name):
    return int(read(FS + "/booleans/" + name).split()[0])


def security_set_boolean(name, value):
    pending[name] = value
    return 0


def security_commit_booleans():
    for name, value in pending.items():
        with open(FS + "/booleans/" + name, "w") as f:
            f.write("%d %d" % (value, value))
