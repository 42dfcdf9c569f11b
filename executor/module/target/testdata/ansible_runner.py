"""Run Ansible's modules one after the other: a JSON object a line in, a result a line out."""
import json
import subprocess
import sys

for line in sys.stdin:
    req = json.loads(line)
    args = dict(req["args"], _ansible_check_mode=req.get("check", False), _ansible_diff=req.get("diff", False))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c",
         "import sys, runpy; sys.path.insert(0, '/ansible'); sys.argv = ['m']; runpy.run_module(%r, run_name='__main__', alter_sys=True)" % req["python"]],
        input=json.dumps({"ANSIBLE_MODULE_ARGS": args}), capture_output=True, text=True)
    try:
        print(json.dumps(json.loads(done.stdout.strip().splitlines()[-1])), flush=True)
    except (IndexError, ValueError):
        print(json.dumps({"crash": done.stdout + done.stderr}), flush=True)
