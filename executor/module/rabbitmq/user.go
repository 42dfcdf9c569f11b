package rabbitmq

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
)

// permission is what a user may do on a virtual host, or on an exchange of one.
type permission struct{ vhost, exchange, configure, write, read string }

// account is a user while it is brought to the wanted state.
type account struct {
	*control
	name, password string
	version        []int
	wanted, topics []permission
	// bulk tells that the wanted permissions are all that the user is to have.
	bulk bool

	there                  bool
	tags                   []string
	permissions, topicsNow []permission
}

// formatterSince is the version from which rabbitmqctl writes JSON, inputSince that from which it reads a password from its input.
var (
	topicsSince    = []int{3, 7, 0}
	formatterSince = []int{3, 7, 6}
	inputSince     = []int{3, 8, 0}
)

// runUser is community.rabbitmq.rabbitmq_user.
func runUser(ctx context.Context, c *module.Call) (module.Result, error) {
	u := &account{control: newControl(ctx, c), name: c.Args.Str("user"), password: c.Args.Text("password")}
	if err := u.arguments(); err != nil {
		return nil, err
	}
	if err := u.learnVersion(); err != nil {
		return nil, err
	}
	if err := u.look(); err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "user": u.name, "state": c.Args.Str("state")}
	var changed bool
	var err error
	switch {
	case c.Args.Str("state") == "absent" && u.there:
		changed = true
		_, err = must(u.run(nil, false, "delete_user", u.name))
	case c.Args.Str("state") == "absent":
	case u.there:
		changed, err = u.modify()
	default:
		changed = true
		if err = u.add(); err == nil {
			err = u.setAll()
		}
	}
	res["changed"] = changed
	return res, err
}

// arguments reads what is wanted.
func (u *account) arguments() error {
	a := u.Args
	list := a.List("permissions")
	u.bulk = len(list) > 0
	if !u.bulk {
		list = []any{map[string]any{"vhost": a.Str("vhost"), "configure_priv": a.Str("configure_priv"), "write_priv": a.Str("write_priv"), "read_priv": a.Str("read_priv")}}
	}
	for _, item := range list {
		p := permissionOf(item, "^$")
		if p.vhost == "" {
			return module.Fail("Error parsing vhost permissions: You can'thave an empty vhost when setting permissions")
		}
		if slices.ContainsFunc(u.wanted, func(o permission) bool { return o.vhost == p.vhost }) {
			return module.Fail("Error parsing vhost permissions: You can't have two permission dicts for the same vhost")
		}
		u.wanted = append(u.wanted, p)
	}
	for _, item := range a.List("topic_permissions") {
		p := permissionOf(item, "")
		p.configure = ""
		if p.exchange == "" {
			p.exchange = "amq.topic"
		}
		if slices.ContainsFunc(u.topics, func(o permission) bool { return o.vhost == p.vhost && o.exchange == p.exchange }) {
			return module.Fail("Error parsing vhost topic_permissions: You can't have two topic permission dicts for the same vhost and the same exchange")
		}
		u.topics = append(u.topics, p)
	}
	return nil
}

// permissionOf reads one of the dicts, whose privileges may be named with and without _priv.
func permissionOf(item any, initial string) permission {
	m, _ := item.(map[string]any)
	get := func(name, initial string) string {
		for _, key := range []string{name + "_priv", name} {
			if v, ok := m[key]; ok && v != nil {
				return module.Args(m).Text(key)
			}
		}
		return initial
	}
	return permission{vhost: get("vhost", "/"), exchange: get("exchange", ""), configure: get("configure", initial), write: get("write", initial), read: get("read", initial)}
}

// learnVersion asks the server for its version: as JSON, or as the text of old ones.
func (u *account) learnVersion() error {
	text := ""
	out, err := u.run(nil, true, "status", "--formatter", "json")
	if err != nil {
		return err
	}
	if v, perr := jsontext.Parse([]byte(out.Out)); out.RC == 0 && perr == nil {
		status, _ := v.(map[string]any)
		text = module.Args(status).Str("rabbitmq_version")
		for _, app := range module.Args(status).List("running_applications") {
			if parts, ok := app.([]any); ok && len(parts) > 1 && parts[0] == "rabbit" && text == "" {
				text, _ = parts[1].(string)
			}
		}
	}
	if text == "" {
		if out, err = u.run(nil, true, "status"); err != nil {
			return err
		}
		_, rest, _ := strings.Cut(out.Out, `{rabbit,"RabbitMQ","`)
		text, _, _ = strings.Cut(rest, `"`)
	}
	for _, part := range strings.Split(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return module.Fail("Could not determine the version of the RabbitMQ server.")
		}
		u.version = append(u.version, n)
	}
	return nil
}

func (u *account) since(version []int) bool { return slices.Compare(u.version, version) >= 0 }

// list asks for rows: of JSON, or of columns.
func (u *account) list(columns []string, args ...string) ([]map[string]any, error) {
	if u.since(formatterSince) {
		args = append(args, "--formatter", "json")
	}
	text, err := must(u.run(nil, true, args...))
	if err != nil {
		return nil, err
	}
	var rows []map[string]any
	if u.since(formatterSince) {
		v, err := jsontext.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("reading what rabbitmqctl %s says: %w", args[0], err)
		}
		list, _ := v.([]any)
		for _, item := range list {
			if row, ok := item.(map[string]any); ok {
				rows = append(rows, row)
			}
		}
		return rows, nil
	}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		fields := strings.Split(line, "\t")
		if strings.TrimSpace(line) == "" || slices.Equal(fields, columns) {
			continue
		}
		row := map[string]any{}
		for i, name := range columns {
			if i < len(fields) {
				row[name] = fields[i]
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// look learns what the user is like.
func (u *account) look() error {
	users, err := u.list([]string{"user", "tags"}, "list_users")
	if err != nil {
		return err
	}
	u.there, u.tags, u.permissions, u.topicsNow = false, nil, nil, nil
	for _, row := range users {
		if row["user"] != u.name {
			continue
		}
		u.there = true
		if text, isText := row["tags"].(string); isText {
			u.tags = tagsOf(strings.Trim(strings.ReplaceAll(text, "\t", ""), "[]"))
		} else {
			u.tags = module.Args(row).Strs("tags")
		}
	}
	if !u.there {
		return nil
	}
	rows, err := u.list([]string{"vhost", "configure", "write", "read"}, "list_user_permissions", u.name)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if p := permissionOf(row, ""); u.bulk || p.vhost == u.wanted[0].vhost {
			u.permissions = append(u.permissions, p)
		}
	}
	if !u.since(topicsSince) {
		return nil
	}
	if rows, err = u.list([]string{"vhost", "exchange", "write", "read"}, "list_user_topic_permissions", u.name); err != nil {
		return err
	}
	for _, row := range rows {
		p := permissionOf(row, "")
		p.configure = ""
		u.topicsNow = append(u.topicsNow, p)
	}
	return nil
}

// secret runs a command that takes the password: from its input where it can.
func (u *account) secret(verb string) (rc int, err error) {
	args, stdin := []string{verb, u.name, u.password}, []byte(nil)
	if u.since(inputSince) && u.password != "" {
		args, stdin = args[:2], []byte(u.password+"\n")
	}
	out, err := u.run(stdin, false, args...)
	if err == nil && out.RC != 0 && verb != "authenticate_user" {
		_, err = must(out, nil)
	}
	return out.RC, err
}

func (u *account) add() error {
	if _, err := u.secret("add_user"); err != nil || u.password != "" {
		return err
	}
	_, err := must(u.run(nil, false, "clear_password", u.name))
	return err
}

// modify changes what differs.
func (u *account) modify() (changed bool, err error) {
	switch {
	case u.Args.Bool("force"):
		changed = true
		if _, err := must(u.run(nil, false, "delete_user", u.name)); err != nil {
			return false, err
		}
		if err := u.add(); err != nil {
			return false, err
		}
		if err := u.look(); err != nil {
			return false, err
		}
	case u.Args.Str("update_password") == "always":
		if changed, err = u.updatePassword(); err != nil {
			return false, err
		}
	}
	for _, part := range []struct {
		differs bool
		set     func() error
	}{
		{!sameSet(u.wantedTags(), u.tags), u.setTags},
		{!sameSet(u.wanted, u.permissions), u.setPermissions},
		{!sameSet(u.topics, u.topicsNow), u.setTopics},
	} {
		if !part.differs {
			continue
		}
		changed = true
		if err := part.set(); err != nil {
			return false, err
		}
	}
	return changed, nil
}

func (u *account) updatePassword() (bool, error) {
	rc, err := u.secret("authenticate_user")
	if err != nil || rc == 0 {
		return false, err
	}
	if u.password == "" {
		_, err = must(u.run(nil, false, "clear_password", u.name))
		return true, err
	}
	_, err = u.secret("change_password")
	return true, err
}

func (u *account) setAll() error {
	for _, set := range []func() error{u.setTags, u.setPermissions, u.setTopics} {
		if err := set(); err != nil {
			return err
		}
	}
	return nil
}

func tagsOf(text string) []string {
	if text = strings.ReplaceAll(text, " ", ""); text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func (u *account) wantedTags() []string { return tagsOf(u.Args.Str("tags")) }

func (u *account) setTags() error {
	_, err := must(u.run(nil, false, append([]string{"set_user_tags", u.name}, u.wantedTags()...)...))
	return err
}

func (u *account) setPermissions() error {
	return u.set(u.wanted, u.permissions, func(p permission) []string { return []string{"clear_permissions", "-p", p.vhost, u.name} },
		func(p permission) []string {
			return []string{"set_permissions", "-p", p.vhost, u.name, p.configure, p.write, p.read}
		})
}

func (u *account) setTopics() error {
	return u.set(u.topics, u.topicsNow, func(p permission) []string {
		return []string{"clear_topic_permissions", "-p", p.vhost, u.name, p.exchange}
	}, func(p permission) []string {
		return []string{"set_topic_permissions", "-p", p.vhost, u.name, p.exchange, p.write, p.read}
	})
}

// set clears what nobody wants, and sets what differs.
func (u *account) set(wanted, have []permission, clear, set func(permission) []string) error {
	var steps [][]string
	for _, p := range have {
		if !slices.ContainsFunc(wanted, func(o permission) bool { return o.vhost == p.vhost && o.exchange == p.exchange }) {
			steps = append(steps, clear(p))
		}
	}
	for _, p := range wanted {
		if !slices.Contains(have, p) {
			steps = append(steps, set(p))
		}
	}
	for _, args := range steps {
		if _, err := must(u.run(nil, false, args...)); err != nil {
			return err
		}
	}
	return nil
}

// sameSet compares lists whatever their order.
func sameSet[T comparable](a, b []T) bool {
	in := func(list []T) func(T) bool { return func(v T) bool { return !slices.Contains(list, v) } }
	return !slices.ContainsFunc(a, in(b)) && !slices.ContainsFunc(b, in(a))
}
