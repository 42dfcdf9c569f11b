package rules["state"]["assumes-absence_test"]

import data.rules["state"]["assumes-absence"] as rule

test_a_project if {
	rule.violations == {{"id": 1, "msg": "composer create-project works once"}} with input as {"tasks": [{"module": "composer", "unguarded": true, "args": {"command": "create-project"}, "id": 1}]}
}

test_a_superuser if {
	rule.violations == {{"id": 1, "msg": "manage.py createsuperuser works once"}} with input as {"tasks": [{"module": "django_manage", "unguarded": true, "args": {"command": "createsuperuser --noinput"}, "id": 1}]}
}

test_a_restore if {
	rule.violations == {{"id": 1, "msg": "a restore into the database works once"}} with input as {"tasks": [{"module": "postgresql_db", "unguarded": true, "args": {"state": "restore"}, "id": 1}]}
}

test_guarded if {
	rule.violations == set() with input as {"tasks": [{"module": "composer", "unguarded": false, "args": {"command": "create-project"}, "id": 1}]}
}

test_install if {
	rule.violations == set() with input as {"tasks": [{"module": "composer", "unguarded": true, "args": {"command": "install"}, "id": 1}]}
}
