package template

import (
	"fmt"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

// varsLookup reads variables by name, computed like any other.
func varsLookup(l *lookupCall) ([]value.Value, error) {
	def, err := l.option("default")
	if err != nil {
		return nil, err
	}
	if raw, given := l.options.GetStr("default"); given && def == nil {
		def = raw
	}
	var out []value.Value
	for _, term := range l.terms {
		name, ok := textOf(term)
		if !ok {
			return nil, value.Errorf(value.TypeError, "Invalid setting identifier, \"%s\" is not a string, its a %s", shown(term), pyClass(term))
		}
		v, found, err := l.Lookup(name)
		if err == nil && found {
			if u, ok := v.(*value.Undefined); ok {
				err = u.Err()
			}
		}
		switch {
		case (!found || IsUndefined(err)) && def != nil:
			v = def
		case err != nil:
			return nil, err
		case !found:
			missing := value.NewUndefined(name)
			missing.Hint = "No variable found with this name: " + name
			return nil, missing.Err()
		}
		out = append(out, v)
	}
	return out, nil
}

// varnamesLookup lists the variables whose names match.
func varnamesLookup(l *lookupCall) ([]value.Value, error) {
	patterns, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, pattern := range patterns {
		re, err := compileRegex(pattern, false, false)
		if err != nil {
			return nil, fmt.Errorf("Unable to use %q as a search parameter: %w", pattern, err)
		}
		for _, name := range l.scope.Names() {
			m, err := re.Search(name)
			if err != nil {
				return nil, err
			}
			if m != nil {
				out = append(out, value.Str(name))
			}
		}
	}
	return out, nil
}

func configLookup(l *lookupCall) ([]value.Value, error) {
	missing, err := l.textOption("on_missing", "error")
	if err != nil {
		return nil, err
	}
	if missing != "error" && missing != "warn" && missing != "skip" {
		return nil, value.Errorf(value.ValueError, "\"on_missing\" must be a string and one of \"error\", \"warn\" or \"skip\", not %s", missing)
	}
	if plugin, err := l.textOption("plugin_type", ""); err != nil || plugin != "" {
		return nil, fmt.Errorf("settings of plugins (plugin_type=%s) are not supported", plugin)
	}
	names, err := l.texts()
	if err != nil {
		return nil, err
	}
	var out []value.Value
	for _, name := range names {
		var v value.Value
		found := false
		if l.cfg.Setting != nil {
			v, found = l.cfg.Setting(name)
		}
		switch {
		case found:
			out = append(out, v)
		case missing == "error":
			return nil, fmt.Errorf("Unable to find setting %s", name)
		case missing == "warn":
			l.warn("Skipping, did not find setting " + name)
		}
	}
	return out, nil
}

// inventoryLookup expands host patterns; without an inventory at hand it knows the groups of the variable groups.
func inventoryLookup(l *lookupCall) ([]value.Value, error) {
	patterns, err := l.texts()
	if err != nil {
		return nil, err
	}
	if l.cfg.Hosts == nil {
		return nil, fmt.Errorf("there is no inventory to match %s against", strings.Join(patterns, ","))
	}
	hosts, err := l.cfg.Hosts(strings.Join(patterns, ","))
	if err != nil {
		return nil, nil // as ansible: a pattern that cannot be matched gives no hosts
	}
	var out []value.Value
	for _, h := range hosts {
		out = append(out, value.Str(h))
	}
	return out, nil
}
