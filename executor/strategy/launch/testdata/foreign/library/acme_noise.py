#!/usr/bin/python
import sys
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec=dict(how=dict(default='print')))
if module.params['how'] == 'raise':
    raise RuntimeError('broken')
print('no json here')
sys.stderr.write('nor here\n')
sys.exit(3)
