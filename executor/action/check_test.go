package action

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pylint-deploy/parser/catalog"
	"pylint-deploy/parser/jinja/value"
)

func module1(t *testing.T, name string) *catalog.Module {
	t.Helper()
	m, ok := catalog.Lookup(name)
	if !ok {
		t.Fatalf("no module %s in the catalog", name)
	}
	return m
}

func TestArgumentsGetTheirTypes(t *testing.T) {
	got, err := Check(module1(t, "file"), Result("dest", "/x", "recurse", "yes", "mode", 420, "state", "directory"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"path": "/x", "recurse": true, "mode": int64(420), "state": "directory", "follow": true} {
		if !reflect.DeepEqual(got[name], want) {
			t.Errorf("%s is %#v, want %#v", name, got[name], want)
		}
	}
}

// Messages are Ansible's, with a suggestion behind them.
func TestWrongArgumentsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		module string
		args   *value.Dict
		want   []string
	}{
		{"file", Result("path", "/x", "onwer", "root"), []string{"Unsupported parameters for (ansible.builtin.file) module: onwer.", "Did you mean 'owner'"}},
		{"file", Result("path", "/x", "state", "directry"), []string{"value of state must be one of: ", "got: directry", "did you mean 'directory'"}},
		{"file", Result("path", "/x", "recurse", "maybe"), []string{"argument 'recurse' is of type <class 'str'> and we were unable to convert to bool"}},
		{"stat", Result(), []string{"missing required arguments: path"}},
		{"apt", Result("name", "x", "deb", "y"), []string{"parameters are mutually exclusive"}},
		{"openssl_privatekey", Result("path", "/x", "type", "DSA"), []string{"type DSA of community.crypto.openssl_privatekey is not supported here"}},
		{"x509_certificate", Result("path", "/x", "provider", "selfsigned", "acme_chain", true), []string{"acme_chain of community.crypto.x509_certificate is not supported here"}},
		{"wait_for", Result("port", "many"), []string{"unable to convert to int"}},
	} {
		_, err := Check(module1(t, c.module), c.args)
		if err == nil {
			t.Errorf("%s accepts %v", c.module, c.args)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q lacks %q", c.module, err, want)
			}
		}
	}
}

func TestEveryControllerModuleOfTheCatalogHasAnAction(t *testing.T) {
	elsewhere := map[string]bool{"include": true, "include_tasks": true, "include_role": true, "import_tasks": true, "import_role": true,
		"import_playbook": true, "meta": true, "twilio": true}
	for _, m := range catalog.All() {
		if m.Where == catalog.Controller && !Has(m.FQCN) && !elsewhere[m.Short()] {
			t.Errorf("%s is said to be done on the controller, and no action does it", m.FQCN)
		}
	}
}

// A role's caller is told everything at once, in the words of ansible-core's ArgumentSpecValidator.
func TestAllThatIsWrongWithARolesArguments(t *testing.T) {
	options := func(pairs ...any) *value.Dict {
		v, err := value.FromGo(map[string]any{pairs[0].(string): pairs[1]})
		if err != nil {
			t.Fatal(err)
		}
		return v.(*value.Dict)
	}
	spec := options("port", map[string]any{"type": "int", "required": true})
	spec.SetStr("name", options("required", true))
	spec.SetStr("size", options("type", "bytes"))
	spec.SetStr("inner", options("options", map[string]any{"deep": map[string]any{"type": "int"}}))
	inner, _ := spec.GetStr("inner")
	inner.(*value.Dict).SetStr("type", value.Str("dict"))
	args, err := roleArguments(spec)
	if err != nil {
		t.Fatal(err)
	}
	given := options("port", "many")
	given.SetStr("size", value.Str("big"))
	given.SetStr("inner", options("deep", "no"))
	_, errs := args.check(given, "")
	want := []string{
		"missing required arguments: name",
		"argument 'port' is of type <class 'str'> and we were unable to convert to int: <class 'str'> cannot be converted to an int",
		"argument 'size' is of type <class 'str'> and we were unable to convert to bytes: <class 'str'> cannot be converted to a Byte value",
		"argument 'deep' is of type <class 'str'> found in 'inner'. and we were unable to convert to int: <class 'str'> cannot be converted to an int",
	}
	if !slices.Equal(errs, want) {
		t.Errorf("got %q\nwant %q", errs, want)
	}
}
