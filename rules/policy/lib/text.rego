# Words for messages.
package lib.text

# known tells that a text holds no template.
known(s) if {
	is_string(s)
	not contains(s, "{{")
}

# listed joins a list for a sentence; a text stays.
listed(x) := concat(", ", [sprintf("%v", [i]) | some i in x]) if is_array(x)

listed(x) := x if is_string(x)

# argument is an argument's text for a sentence, or what stands for one that is not given.
argument(task, name, otherwise) := listed(task.args[name])

argument(task, name, otherwise) := otherwise if not task.args[name]
