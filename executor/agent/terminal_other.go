//go:build !linux

package agent

import (
	"errors"
	"os"
)

func openTerminal() (master, slave *os.File, err error) {
	return nil, nil, errors.ErrUnsupported
}
