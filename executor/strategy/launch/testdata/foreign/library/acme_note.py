#!/usr/bin/python
"""Keeps a note in a file."""
import os
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.acme_words import greeting


def main():
    module = AnsibleModule(argument_spec=dict(
        path=dict(type='path', required=True), text=dict(default=None), secret=dict(no_log=True), size=dict(type='int', aliases=['length']),
        tags=dict(type='list', elements='str', default=[]), fail=dict(type='bool', default=False)), supports_check_mode=True, add_file_common_args=True)
    p = module.params
    text = greeting(p['text'] or 'nobody') + '\n'
    before = open(p['path']).read() if os.path.exists(p['path']) else ''
    result = dict(changed=before != text, path=p['path'], tags=p['tags'], size_given=p['size'], secret=p['secret'], env=os.environ.get('ACME', ''), home=os.path.exists(module.tmpdir))
    if module._diff:
        result['diff'] = dict(before=before, after=text)
    if p['fail']:
        module.fail_json(msg='told to fail', **result)
    if result['changed'] and not module.check_mode:
        with open(p['path'], 'w') as f:
            f.write(text)
    result['changed'] = module.set_fs_attributes_if_different(module.load_file_common_arguments(p), result['changed'])
    if p['text'] == 'warn':
        module.warn('a word of warning')
    module.exit_json(ansible_facts=dict(acme_note=text.strip()), **result)


if __name__ == '__main__':
    main()
