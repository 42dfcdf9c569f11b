package lib.text_test

import data.lib.text

test_known if {
	text.known("a")
	not text.known("{{ a }}")
	not text.known(["a"])
}

test_listed if {
	text.listed(["a", 1]) == "a, 1"
	text.listed("a") == "a"
}

test_argument if {
	text.argument({"args": {"name": ["a", "b"]}}, "name", "x") == "a, b"
	text.argument({"args": {}}, "name", "x") == "x"
}
