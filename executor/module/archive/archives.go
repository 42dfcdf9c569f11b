// Package archive packs files and unpacks them: tar in its compressed forms, and zip.
//
// It is apart from package files because the formats are half as large as all that does without them.
package archive

import "pylint-deploy/executor/module"

// Modules are the modules of this family. Unarchive with a URL needs HTTP, see there.
func Modules() []module.Module {
	return []module.Module{
		Unarchive(nil),
		{Name: "community.general.archive", Run: archiveFiles},
	}
}

// exists follows links, as Python's os.path.exists.
func exists(c *module.Call, p string) bool {
	_, err := c.Sys.Stat(p)
	return err == nil
}

// present tells that there is something of that name, be it a link that leads nowhere.
func present(c *module.Call, p string) bool {
	_, err := c.Sys.Lstat(p)
	return err == nil
}
