#!/usr/bin/python
import sys
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=dict(how=dict()))
if module.params['how'] == 'raise':
    raise RuntimeError('broken')
if module.params['how'] != 'return':
    print('{"changed": false}\nand more')
    sys.exit(0)
