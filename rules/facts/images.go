package facts

import (
	"slices"
	"strings"

	"pylint-deploy/rules/facts/shell"
)

// relateImages marks the containers whose image the play builds itself: no registry decides what it is.
func relateImages(p *Play, _ registers, _ *Builder) {
	built := map[string]bool{}
	for _, t := range p.Tasks {
		for _, image := range t.builds() {
			built[tagged(image)] = true
		}
		if image := t.str("image"); image != "" && built[tagged(image)] {
			t.set("built_here", true)
		}
	}
}

// builds are the images that a task builds.
func (t *Task) builds() []string {
	switch {
	case t.Module == "docker_image_build", (t.Module == "docker_image" || t.Module == "podman_image") && (t.str("source") == "build" || t.arg("build", "path") != nil):
		name := t.str("name")
		if tag := t.str("tag"); tag != "" {
			name += ":" + tag
		}
		return []string{name}
	case t.Shell == nil:
		return nil
	}
	var out []string
	for _, c := range t.Shell.Calls {
		if (c.Program == "docker" || c.Program == "podman") && slices.Contains(c.Args, "build") {
			out = append(out, tags(t, c)...)
		}
	}
	return out
}

// tags are the names that a build gives to its image.
func tags(t *Task, c *shell.Call) []string {
	var out []string
	for i, a := range c.Args {
		if (a == "-t" || a == "--tag") && i+1 < len(c.Args) {
			out = append(out, t.scope.text(c.Args[i+1]))
		}
	}
	return out
}

// tagged is an image's name with the tag that is meant where none stands.
func tagged(image string) string {
	if strings.Contains(image[strings.LastIndexByte(image, '/')+1:], ":") {
		return image
	}
	return image + ":latest"
}
