#!/bin/sh
. "$1"
echo "{\"changed\": true, \"a\": \"$a\", \"b\": \"$b\", \"c\": \"$c\", \"module\": \"$_ansible_module_name\", \"rc\": 0}"
