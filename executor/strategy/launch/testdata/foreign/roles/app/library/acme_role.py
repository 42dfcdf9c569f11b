#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils import acme_role_words
AnsibleModule(argument_spec={}).exit_json(changed=False, word=acme_role_words.WORD, rc=0)
