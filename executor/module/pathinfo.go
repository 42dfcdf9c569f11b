package module

import (
	"io/fs"
	"strings"
)

// addPathInfo adds the status of the file that a result names by "path" or "dest", as Ansible does for every module.
func (c *Call) addPathInfo(res Result) {
	path, ok := res["path"].(string)
	if _, has := res["path"]; !has {
		path, ok = res["dest"].(string)
	}
	if !ok || path == "" {
		return
	}
	followed, err := c.Sys.Stat(path)
	if err != nil {
		return
	}
	info, err := c.Sys.Lstat(path)
	if err != nil {
		return
	}
	res["uid"], res["gid"] = info.UID, info.GID
	res["owner"], res["group"] = c.UserName(info.UID), c.GroupName(info.GID)
	res["mode"] = ModeText(info.Perm)
	res["size"] = info.Size
	switch {
	case info.Mode&fs.ModeSymlink != 0:
		res["state"] = "link"
	case info.Mode.IsDir():
		res["state"] = "directory"
	case followed.Nlink > 1:
		res["state"] = "hard"
	default:
		res["state"] = "file"
	}
	if se := newSELinux(c.Sys); se.enabled {
		if label, err := se.context(path); err == nil {
			res["secontext"] = strings.Join(label, ":")
		}
	}
}
