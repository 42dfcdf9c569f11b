package template

import (
	"strings"

	"pylint-deploy/executor/template/pyjson"
	"pylint-deploy/executor/template/pytime"
	"pylint-deploy/executor/template/pyyaml"
	"pylint-deploy/parser/jinja"
	"pylint-deploy/parser/jinja/value"
	"pylint-deploy/parser/source"
)

// dataFilters write and read JSON and YAML.
var dataFilters = map[string]jinja.Filter{
	"to_json":      jsonFilter("to_json", pyjson.Default(), nil),
	"to_nice_json": jsonFilter("to_nice_json", niceJSON(), []string{"indent", "sort_keys"}),
	"from_json":    def("loads", "s **", fromJSON),
	"to_yaml":      yamlFilter("to_yaml", pyyaml.Options{}, nil),
	"to_nice_yaml": yamlFilter("to_nice_yaml", pyyaml.Options{Indent: 4, Flow: pyyaml.FlowNever}, []string{"indent"}),
	"from_yaml":    def("from_yaml", "data", fromYAML),

	"from_yaml_all": def("from_yaml_all", "data", fromYAMLAll),
}

func niceJSON() pyjson.Options {
	indent := "    "
	return pyjson.Options{ASCII: true, Indent: &indent, ItemSeparator: ",", KeySeparator: ": ", SortKeys: true}
}

// jsonFilter makes a filter over json.dumps; positional names those options that may be given by place.
func jsonFilter(name string, base pyjson.Options, positional []string) jinja.Filter {
	params := "a **"
	for _, p := range positional {
		params += " " + p + "="
	}
	return def(name, params, func(a *arguments) (value.Value, error) {
		v, err := a.defined(0)
		if err != nil {
			return nil, err
		}
		o := base
		o.Convert = jsonForeign
		options := a.ExtraKw
		for i, p := range positional {
			if given := a.Values[i+1]; given != nil {
				options = append(options, value.Kwarg{Name: p, Value: given})
			}
		}
		for _, kw := range options {
			if err := setJSON(&o, kw, name == "to_nice_json"); err != nil {
				return nil, err
			}
		}
		text, err := pyjson.Dumps(v, o)
		return value.Str(text), err
	})
}

// JSON is a value as to_nice_json writes it, keys in their own order.
func JSON(v value.Value) (string, error) {
	o := niceJSON()
	o.SortKeys, o.ASCII, o.Convert = false, false, jsonForeign
	return pyjson.Dumps(v, o)
}

func setJSON(o *pyjson.Options, kw value.Kwarg, nice bool) (err error) {
	flag := func() bool {
		var yes bool
		yes, err = value.Truth(kw.Value)
		return yes
	}
	switch kw.Name {
	case "indent":
		o.Indent, err = jsonIndent(kw.Value)
		if o.Indent != nil && !nice {
			o.ItemSeparator = strings.TrimRight(o.ItemSeparator, " ")
		}
	case "sort_keys":
		o.SortKeys = flag()
	case "ensure_ascii":
		o.ASCII = flag()
	case "skipkeys":
		o.SkipKeys = flag()
	case "allow_nan":
		o.NoNaN = !flag()
	case "separators":
		var pair []value.Value
		if pair, err = value.ToSlice(kw.Value); err == nil && len(pair) == 2 {
			if o.ItemSeparator, err = value.ToStr(pair[0]); err == nil {
				o.KeySeparator, err = value.ToStr(pair[1])
			}
		}
	case "check_circular", "vault_to_text", "preprocess_unsafe": // no effect on what there is here
	default:
		return value.Errorf(value.TypeError, "JSONEncoder.__init__() got an unexpected keyword argument '%s'", kw.Name)
	}
	return err
}

// jsonIndent reads a number of spaces, a text, or None for one line.
func jsonIndent(v value.Value) (*string, error) {
	if v == value.None {
		return nil, nil
	}
	if s, ok := textOf(v); ok {
		return &s, nil
	}
	n, err := toInt(v)
	if err != nil {
		return nil, err
	}
	s := strings.Repeat(" ", int(max(0, min(n, 1000))))
	return &s, nil
}

// jsonForeign makes JSON of what json.dumps does not know but Ansible's encoder does.
func jsonForeign(v value.Value) (value.Value, bool) {
	switch x := v.(type) {
	case pytime.Datetime:
		return value.Str(x.Isoformat("T")), true
	case pytime.Date:
		s, _ := x.PyStr()
		return value.Str(s), true
	case silentNone:
		return value.None, true
	}
	if d, ok := asDict(v); ok {
		return d, true
	}
	return nil, false
}

func fromJSON(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	if b, ok := v.(value.Bytes); ok {
		return pyjson.Loads(string(b))
	}
	s, ok := textOf(v)
	if !ok {
		return nil, value.Errorf(value.TypeError, "the JSON object must be str, bytes or bytearray, not %s", v.TypeName())
	}
	return pyjson.Loads(s)
}

// yamlFilter makes a filter over yaml.dump. Positional arguments beyond those named are ignored, as ansible does.
func yamlFilter(name string, base pyyaml.Options, positional []string) jinja.Filter {
	params := "a"
	for _, p := range positional {
		params += " " + p + "="
	}
	return def(name, params+" * **", func(a *arguments) (value.Value, error) {
		v, err := a.defined(0)
		if err != nil {
			return nil, err
		}
		o := base
		o.Timestamp = yamlTimestamp
		options := a.ExtraKw
		for i, p := range positional {
			if given := a.Values[i+1]; given != nil {
				options = append(options, value.Kwarg{Name: p, Value: given})
			}
		}
		for _, kw := range options {
			if err := setYAML(&o, kw, name); err != nil {
				return nil, err
			}
		}
		if d, ok := asDict(v); ok {
			v = d
		}
		text, err := pyyaml.Dump(v, o)
		if err != nil {
			return nil, value.Errorf(value.KindOf(err), "%s - %w", name, err)
		}
		return value.Str(text), nil
	})
}

func setYAML(o *pyyaml.Options, kw value.Kwarg, filter string) (err error) {
	flag := func() bool {
		var yes bool
		yes, err = value.Truth(kw.Value)
		return yes
	}
	number := func(target *int) {
		if kw.Value == value.None {
			return
		}
		if f, ok := kw.Value.(value.Float); ok { // width=inf
			*target = int(min(float64(f), 1<<30))
			return
		}
		var n int64
		if n, err = toInt(kw.Value); err == nil {
			*target = int(n)
		}
	}
	switch kw.Name {
	case "indent":
		number(&o.Indent)
	case "width":
		number(&o.Width)
	case "sort_keys":
		o.Unsorted = !flag()
	case "explicit_start":
		o.ExplicitStart = flag()
	case "explicit_end":
		o.ExplicitEnd = flag()
	case "default_flow_style":
		switch {
		case filter == "to_nice_yaml":
			return value.Errorf(value.TypeError, "to_nice_yaml - yaml.dump() got multiple values for keyword argument 'default_flow_style'")
		case kw.Value == value.None:
			o.Flow = pyyaml.FlowLeaves
		case flag():
			o.Flow = pyyaml.FlowAlways
		default:
			o.Flow = pyyaml.FlowNever
		}
	case "default_style":
		if kw.Value != value.None {
			o.Style, err = value.ToStr(kw.Value)
		}
		if err == nil && !strings.Contains(`'"|`, o.Style) {
			err = value.Errorf(value.ValueError, "%s: default_style '%s' is not supported; use one of ' \" |", filter, o.Style)
		}
	case "line_break":
		o.LineBreak, err = value.ToStr(kw.Value)
	default:
		err = value.Errorf(value.TypeError, "%s: the argument %s is not supported", filter, kw.Name)
	}
	return err
}

func yamlTimestamp(v value.Value) (string, bool) {
	switch x := v.(type) {
	case pytime.Datetime:
		return x.Isoformat(" "), true
	case pytime.Date:
		s, err := x.PyStr()
		return s, err == nil
	case silentNone:
		return "null", true
	}
	return "", false
}

func fromYAML(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	text, ok := textOf(v)
	if !ok {
		return v, nil
	}
	docs, err := loadYAML(text)
	switch {
	case err != nil:
		return nil, err
	case len(docs) == 0:
		return value.None, nil
	case len(docs) > 1:
		return nil, value.Errorf(value.ValueError, "expected a single document in the stream but found another document")
	}
	return docs[0], nil
}

func fromYAMLAll(a *arguments) (value.Value, error) {
	v, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	text, ok := textOf(v)
	if !ok {
		return v, nil
	}
	docs, err := loadYAML(text)
	return list(docs), err
}

// loadYAML reads YAML 1.1 as plain data: no string of it is a template.
func loadYAML(text string) ([]value.Value, error) {
	file, err := source.Parse("<from_yaml>", []byte(text))
	if err != nil {
		return nil, value.Errorf(value.ValueError, "%w", err)
	}
	var docs []value.Value
	for _, doc := range file.Docs {
		v, err := plainNode(doc)
		if err != nil {
			return nil, err
		}
		docs = append(docs, v)
	}
	return docs, nil
}

// plainNode is a YAML node as data.
func plainNode(n *source.Node) (value.Value, error) {
	switch n.Kind {
	case source.Null:
		return value.None, nil
	case source.Bool:
		return value.Bool(n.Bool()), nil
	case source.Int:
		if n.Big() != nil {
			return value.NewInt(n.Big()), nil
		}
		return value.Int(n.Int()), nil
	case source.Float:
		return value.Float(n.Float()), nil
	case source.Timestamp:
		return timestamp(n.Text)
	case source.Binary:
		raw, err := lenientBase64(n.Text)
		return value.Bytes(raw), err
	case source.Sequence:
		var items []value.Value
		for _, item := range n.Items {
			v, err := plainNode(item)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		return list(items), nil
	case source.Mapping:
		d := value.NewDict()
		for _, p := range n.Pairs {
			k, err := plainNode(p.Key)
			if err != nil {
				return nil, err
			}
			v, err := plainNode(p.Value)
			if err != nil {
				return nil, err
			}
			if err := d.Set(k, v); err != nil {
				return nil, err
			}
		}
		return d, nil
	}
	return value.Str(n.Text), nil
}

// timestamp reads a YAML date, or a time in the forms that PyYAML takes.
func timestamp(text string) (value.Value, error) {
	if t, err := pytime.Parse(text, "%Y-%m-%d"); err == nil {
		return pytime.Date{Datetime: t}, nil
	}
	normal := strings.Join(strings.Fields(strings.NewReplacer("T", " ", "t", " ").Replace(text)), " ")
	for _, layout := range []string{"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S%z", "%Y-%m-%d %H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S.%f %z"} {
		if t, err := pytime.Parse(normal, layout); err == nil {
			return t, nil
		}
	}
	return value.Str(text), nil
}
