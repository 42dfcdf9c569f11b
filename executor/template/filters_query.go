package template

import (
	"pylint-deploy/executor/template/jmespath"
	"pylint-deploy/parser/jinja/value"
)

func jsonQuery(a *arguments) (value.Value, error) {
	data, err := a.defined(0)
	if err != nil {
		return nil, err
	}
	query, err := a.text(1)
	if err != nil {
		return nil, err
	}
	out, err := jmespath.Search(query, data)
	if err != nil {
		return nil, value.Errorf(value.ValueError, "JMESPathError in json_query filter plugin:\n%w", err)
	}
	return out, nil
}
