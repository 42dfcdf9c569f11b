#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
from ..module_utils.deep.words import WORD
from ansible_collections.acme.tools.plugins.module_utils.moved import OTHER
AnsibleModule(argument_spec=dict(x=dict(type='dict'))).exit_json(changed=True, word=WORD, other=OTHER)
