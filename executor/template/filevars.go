package template

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"pylint-deploy/executor/template/pytime"
	"pylint-deploy/parser/jinja/value"
)

// FileScope is a scope that has what is known of a template file beside the variables: ansible_managed, template_uid and the
// like. The file was named by the playbook as name and found at path; dest is where the result goes, "" for nowhere.
func (t *Templar) FileScope(s Scope, name, path, dest string) Scope {
	return overlay{Vars{t.fileVars(name, path, dest)}, s}
}

func (t *Templar) fileVars(name, path, dest string) *value.Dict {
	now := time.Now()
	if t.cfg.Now != nil {
		now = t.cfg.Now()
	}
	changed, owner := now, ""
	if info, err := os.Stat(path); err == nil {
		changed = info.ModTime()
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			owner = accountOf(stat.Uid)
		}
	}
	host, _ := os.Hostname()
	full, err := filepath.Abs(path)
	if err != nil {
		full = path
	}
	vars := value.NewDict()
	for name, text := range map[string]string{"template_host": host, "template_path": name, "template_uid": owner, "template_fullpath": full,
		"ansible_managed": t.managed(host, owner, name, changed)} {
		vars.SetStr(name, value.Str(text))
	}
	vars.SetStr("template_mtime", pytime.Now(changed, false))
	vars.SetStr("template_run_date", pytime.Now(now, false))
	vars.SetStr("template_destpath", value.None)
	if dest != "" {
		vars.SetStr("template_destpath", value.Str(dest))
	}
	return vars
}

// managed is the line that tells readers of a file where it comes from: the setting with the same name, in which {host},
// {uid}, {file} and the signs of strftime stand for those of the template.
func (t *Templar) managed(host, owner, file string, changed time.Time) string {
	line := "Ansible managed"
	if t.cfg.Setting != nil {
		if v, ok := t.cfg.Setting("DEFAULT_MANAGED_STR"); ok {
			if text, isText := v.(value.Str); isText {
				line = string(text)
			}
		}
	}
	line = strings.NewReplacer("{host}", host, "{uid}", owner, "{file}", file, "{{", "{", "}}", "}").Replace(line)
	return pytime.Format(line, changed.Local())
}

// accountOf is the name of a user, or its number where it has none.
func accountOf(uid uint32) string {
	number := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(number); err == nil {
		return u.Username
	}
	return number
}
