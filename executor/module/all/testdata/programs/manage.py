#!/bin/sh
# Stands in for Django's manage.py: the first run of a command changes something, the next one nothing.
verb=$1
echo "manage.py $*" >>log
[ ! -e "done.$verb" ] || again=1
: >"done.$verb"
case $verb in
migrate) [ -n "$again" ] && echo "No migrations to apply." || printf 'Running migrations:\n  Applying a.0001... OK\n' ;;
syncdb) [ -n "$again" ] && echo "Installed 0 object(s) from 0 fixture(s)" || echo "Creating table a" ;;
collectstatic) [ -n "$again" ] && echo "0 static files copied" || echo "5 static files copied" ;;
loaddata) echo "Installed 3 object(s) from 1 fixture(s)" ;;
flush) echo "Installed 0 object(s)" ;;
createcachetable) [ -z "$again" ] || { echo "Cache table 'x' could not be created: table \"x\" already exists" >&2; exit 1; } ;;
check) echo "System check identified no issues" ;;
fails) echo "out"; echo "CommandError: no" >&2; exit 1 ;;
unknown) echo "Unknown command: 'unknown'" >&2; exit 1 ;;
*) echo "ran $verb" ;;
esac
