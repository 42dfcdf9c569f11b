#!/usr/bin/python
import json
args = json.loads(r"""<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>""")
print(json.dumps(dict(changed=False, got=args['word'], check=args['_ansible_check_mode'])))
