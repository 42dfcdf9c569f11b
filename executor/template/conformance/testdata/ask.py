"""Answers each expression on standard input, one a line, as ansible-core's Templar prints it; errors as null."""
import json
import os
import sys

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.display import Display

Display().display = lambda *a, **k: None
variables = json.loads(sys.argv[1])
variables['playbook_dir'] = os.getcwd()
templar = Templar(DataLoader(), variables=variables)
answers = []
for expression in sys.stdin.read().splitlines():
    try:
        text = templar.template('{{ ' + expression + ' }}', convert_data=False, escape_backslashes=False)
        answers.append({'text': text if isinstance(text, str) else str(text)})
    except Exception as e:
        answers.append({'error': type(e).__name__ + ': ' + str(e)})
json.dump(answers, sys.stdout)
