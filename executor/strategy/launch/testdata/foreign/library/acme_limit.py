#!/usr/bin/python
import resource
from ansible.module_utils.basic import AnsibleModule
AnsibleModule(argument_spec={}).exit_json(changed=False, files=resource.getrlimit(resource.RLIMIT_NOFILE)[0])
