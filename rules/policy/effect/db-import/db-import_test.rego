package rules.effect["db-import_test"]

import data.rules.effect["db-import"] as rule

test_a_dump if {
	rule.violations == {{"id": 1, "msg": "mysql_db with state: import loads a dump"}} with input as task("mysql_db", {"state": "import"}, {})
}

test_fixtures if {
	rule.violations == {{"id": 1, "msg": "loaddata loads fixtures"}} with input as task("django_manage", {"command": "loaddata users"}, {})
}

test_rows if {
	count(rule.violations) == 1 with input as task("postgresql_query", {"query": "INSERT INTO t VALUES (1)"}, {})
	rule.violations == set() with input as task("postgresql_query", {"query": "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING"}, {})
}

test_other_states if {
	rule.violations == set() with input as task("mysql_db", {"state": "present"}, {})
	rule.violations == set() with input as task("django_manage", {"command": "migrate"}, {})
}

test_guarded if {
	rule.violations == set() with input as task("mysql_db", {"state": "import"}, {"guarded": true})
}

task(module, args, more) := {"tasks": [object.union({"id": 1, "module": module, "args": args}, more)]}
