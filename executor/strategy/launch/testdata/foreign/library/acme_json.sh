#!/bin/sh
# WANT_JSON
case $(cat "$1") in
*'"text": "é"'*) said=accent ;;
*'"_ansible_check_mode": true'*) said=check ;;
*) said=plain ;;
esac
echo "motd of the day"
printf '{"changed": false, "said": "%s", "path": "/etc/hostname", "stdout": "a\\nb", "results": {"x": 1}, "add_host": {}}\n' $said
echo junk
