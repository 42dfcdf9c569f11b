# Package managers as Ansible's modules call them.
package lib.packages

# name_argument is the argument that names the packages, by module.
name_argument := {
	"apt": "package",
	"apk": "name",
	"cpanm": "name",
	"dnf": "name",
	"gem": "name",
	"homebrew": "name",
	"npm": "name",
	"package": "name",
	"pacman": "name",
	"pip": "name",
	"pkgng": "name",
	"portage": "package",
	"snap": "name",
	"yum": "name",
	"zypper": "name",
}

# names are a task's packages, for a sentence.
names(task) := concat(", ", [sprintf("%v", [n]) | some n in value]) if {
	value := task.args[name_argument[task.module]]
	is_array(value)
}

names(task) := value if {
	value := task.args[name_argument[task.module]]
	is_string(value)
}

names(task) := "the package" if not task.args[name_argument[task.module]]
