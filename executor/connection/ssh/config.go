package ssh

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/kevinburke/ssh_config"
)

// config is one file of settings.
type config struct{ *ssh_config.Config }

// files are the user's and the system's configurations.
func (d *dialer) files() []string {
	if d.ConfigFiles != nil {
		return d.ConfigFiles
	}
	return []string{filepath.Join(d.home(), ".ssh", "config"), "/etc/ssh/ssh_config"}
}

func (d *dialer) home() string {
	if d.Home != "" {
		return d.Home
	}
	home, _ := os.UserHomeDir()
	return home
}

// configuration reads the files once; those that are missing are left out.
func (d *dialer) configuration() ([]*config, error) {
	d.readConfigs.Do(func() {
		for _, file := range d.files() {
			c, err := readConfig(file)
			switch {
			case errors.Is(err, fs.ErrNotExist):
			case err != nil:
				d.configErr = err
			default:
				d.configs = append(d.configs, c)
			}
		}
	})
	return d.configs, d.configErr
}

func readConfig(file string) (*config, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := ssh_config.DecodeBytes(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "ssh_config: "))
	}
	return &config{parsed}, nil
}

// words are all settings for one host: those of the command line first, then those of the files. OpenSSH takes the
// first value that it finds, except for keys that add up (IdentityFile, CertificateFile, SendEnv).
type words struct {
	alias string
	args  map[string][]string // by lower-case keyword
	files []*config
}

// get returns the first value of a keyword, "" where there is none.
func (w words) get(keyword string) string {
	if all := w.all(keyword); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (w words) all(keyword string) []string {
	found := append([]string(nil), w.args[strings.ToLower(keyword)]...)
	for _, file := range w.files {
		values, err := file.GetAll(w.alias, keyword)
		if err != nil {
			continue
		}
		for _, value := range values {
			found = append(found, strings.Trim(value, `"`))
		}
	}
	return found
}

// yes reads a flag with its default.
func (w words) yes(keyword string, unset bool) bool {
	switch strings.ToLower(w.get(keyword)) {
	case "":
		return unset
	case "yes", "true":
		return true
	}
	return false
}
