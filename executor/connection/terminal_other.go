//go:build !linux

package connection

import (
	"errors"
	"os"
)

// OpenTerminal is for Linux alone.
func OpenTerminal() (master, slave *os.File, err error) {
	return nil, nil, errors.ErrUnsupported
}
