"""Run Ansible's modules one after the other: a JSON object a line in, a result a line out. Each runs in a process of its own that begins
with what all modules share already loaded."""
import json
import os
import runpy
import sys
import tempfile

sys.path.insert(0, "/ansible")
sys.warnoptions.append("ignore")
import ansible.module_utils.basic as basic  # noqa: E402


def child(req, out, err):
    args = dict(req["args"], _ansible_check_mode=req.get("check", False), _ansible_diff=req.get("diff", False))
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdout, sys.stderr, sys.argv = os.fdopen(1, "w"), os.fdopen(2, "w"), ["m"]
    try:
        runpy.run_module(req["python"], run_name="__main__", alter_sys=True)
    except SystemExit:
        pass
    except BaseException as e:  # what the user would see as a stack trace
        print(repr(e))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


for line in sys.stdin:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.fork()
        if pid == 0:
            child(json.loads(line), out.fileno(), err.fileno())
        os.waitpid(pid, 0)
        said = []
        for f in out, err:
            f.seek(0)
            said.append(f.read().decode(errors="replace"))
    try:
        print(json.dumps(json.loads(said[0].strip().splitlines()[-1])), flush=True)
    except (IndexError, ValueError):
        print(json.dumps({"crash": "".join(said)}), flush=True)
