"""Run Ansible's modules, one JSON object a line in, one result a line out, each in a forked child."""
import json
import os
import runpy
import sys

sys.warnoptions.append("ignore")
import ansible.module_utils.basic as basic  # noqa: E402 (loaded once, shared by the children)


def child(req, out):
    args = dict(req["args"], _ansible_check_mode=req["check"], _ansible_diff=True, _ansible_tmpdir=req["tmp"],
                _ansible_verbosity=0)
    os.environ.update(req["env"])
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
    os.dup2(out, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdout = os.fdopen(1, "w")
    try:
        runpy.run_module(req["python"], run_name="__main__", alter_sys=True)
    except SystemExit:
        pass
    except BaseException as e:  # what the user would see as a stack trace
        print(json.dumps({"failed": True, "crash": repr(e)}))
    sys.stdout.flush()
    os._exit(0)


for line in sys.stdin:
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r)
        child(json.loads(line), w)
    os.close(w)
    with os.fdopen(r) as f:
        text = f.read()
    os.waitpid(pid, 0)
    lines = [l for l in text.splitlines() if l.startswith("{")]
    print(lines[0] if lines else json.dumps({"failed": True, "crash": text}), flush=True)
