"""Run Ansible's modules, one JSON object a line in, one result a line out, each in a forked child."""
import ast
import importlib
import importlib.util
import json
import os
import runpy
import sys

sys.warnoptions.append("ignore")
import ansible.module_utils.basic as basic  # noqa: E402 (loaded once, shared by the children)


loaded = set()


def load_imports(name):
    """Import what a module imports, once for all children. What cannot be imported is the child's to tell."""
    if name in loaded:
        return
    loaded.add(name)
    try:
        with open(importlib.util.find_spec(name).origin) as f:
            tree = ast.parse(f.read())
    except (AttributeError, ImportError, OSError, SyntaxError):
        return
    for node in ast.walk(tree):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
        for n in names:
            try:
                importlib.import_module(n)
            except Exception:
                pass


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
    req = json.loads(line)
    load_imports(req["python"])
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r)
        child(req, w)
    os.close(w)
    with os.fdopen(r) as f:
        text = f.read()
    os.waitpid(pid, 0)
    lines = [l for l in text.splitlines() if l.startswith("{")]
    print(lines[0] if lines else json.dumps({"failed": True, "crash": text}), flush=True)
