"""Renders templates with the real Jinja2: one JSON case a line in, one JSON result a line out.

The environment is set as the engine's: undefined values strict but chainable, no text special as markup.
"""
import functools
import json
import re
import signal
import sys
import warnings

import jinja2
from jinja2.ext import do, loopcontrols
from jinja2.runtime import StrictUndefined, Undefined


class Chainable(StrictUndefined):
    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self

    def __repr__(self):
        return self._fail_with_undefined_error()


def plain(fn):
    @functools.wraps(fn)
    def call(*args, **kwargs):
        return str(fn(*args, **kwargs))

    return call


def environment(options):
    env = jinja2.Environment(undefined=Chainable, extensions=[do, loopcontrols], **options)
    env.cache = None
    for name in ("e", "escape", "forceescape", "safe", "tojson", "xmlattr", "urlize"):
        env.filters[name] = plain(env.filters[name])
    return env


def too_long(*_):
    raise TimeoutError("the case takes too long")


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, too_long)
    for line in sys.stdin:
        case = json.loads(line)
        signal.alarm(5)
        try:
            env = environment(case.get("options", {}))
            env.loader = jinja2.DictLoader(case.get("files", {}))
            out = env.from_string(case["source"]).render(case["vars"])
            result = {"text": re.sub(r"<[^<>]* at 0x[0-9a-f]+>", "<object>", out)}
        except Exception as e:  # noqa: BLE001 - every failure is a result
            result = {"error": type(e).__name__, "message": str(e)}
        signal.alarm(0)
        sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


main()
