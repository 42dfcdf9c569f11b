// Package mail sends messages by SMTP.
package mail

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// Modules are the modules of this family.
func Modules() []module.Module {
	return []module.Module{{Name: "community.general.mail", Run: run, NoCheck: true}}
}

// run is community.general.mail.
func run(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	sender := parseAddress(a.Str("sender"))
	m, err := compose(c, sender)
	if err != nil {
		return nil, fail("%v", err)
	}
	recipients := m.recipients()
	for _, addr := range append(slices.Clone(recipients), sender.addr) {
		if strings.ContainsAny(addr, "\r\n<> ") {
			return nil, fail("%q is no address", addr)
		}
	}
	s, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.login(a.Str("username"), a.Text("password")); err != nil {
		return nil, err
	}
	refused, err := s.send(sender.addr, recipients, m.bytes())
	if err != nil {
		return nil, fail("Failed to send mail to '%s': %v", strings.Join(recipients, ", "), err)
	}
	result := map[string]any{}
	for _, addr := range slices.Sorted(maps.Keys(refused)) {
		c.Warn("Failed to send mail to '%s': %d %s", addr, refused[addr].Code, refused[addr].Msg)
		result[addr] = []any{refused[addr].Code, refused[addr].Msg}
	}
	msg := "Mail sent successfully"
	if len(refused) > 0 {
		msg = "Failed to send mail to at least one recipient"
	}
	return module.Result{"changed": false, "msg": msg, "result": result}, nil
}

func fail(format string, args ...any) error {
	return module.Fail(fmt.Sprintf(format, args...), "rc", 1)
}

// endpoint is the server, for messages.
func endpoint(c *module.Call) string {
	return c.Args.Str("host") + ":" + strconv.FormatInt(c.Args.Int("port"), 10)
}

// replied finds what a server has said in an error.
func replied(err error) (*textproto.Error, bool) {
	var said *textproto.Error
	return said, errors.As(err, &said)
}
