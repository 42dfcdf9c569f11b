package keys

import (
	"context"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// request is one call of openssl_csr or openssl_csr_pipe.
type request struct {
	*module.Call
	have    []byte // the request that is there, nil for none
	made    []byte // the new one
	subject [][2]string
	ordered bool // the order of the subject counts
	altName any  // names as they are wanted; None for none
	key     pki.PrivateKey
	wanted  pki.Extensions
}

// runRequest is community.crypto.openssl_csr.
func runRequest(ctx context.Context, c *module.Call) (module.Result, error) {
	p, r := newPlace(ctx, c), &request{Call: c}
	if err := p.checkDirectory("The directory %s does not exist or the file is not a directory"); err != nil {
		return nil, err
	}
	if err := r.arguments(); err != nil {
		return nil, err
	}
	var err error
	if r.have, err = p.read(); err != nil {
		return nil, err
	}
	if c.Args.Str("state") == "absent" {
		r.have = nil
		err = p.remove()
	} else {
		var must bool
		if must, err = r.bring(c.Args.Bool("force")); err == nil && must {
			err = p.write(r.made)
		}
		if err == nil {
			err = p.settle()
		}
	}
	if err != nil {
		return nil, err
	}
	return p.result(r.dump(c.Args.Bool("return_content"))), nil
}

// runRequestPipe is community.crypto.openssl_csr_pipe.
func runRequestPipe(_ context.Context, c *module.Call) (module.Result, error) {
	r := &request{Call: c}
	if err := r.arguments(); err != nil {
		return nil, err
	}
	if c.Args.Has("content") {
		r.have = []byte(c.Args.Str("content"))
	}
	must, err := r.bring(false)
	if err != nil {
		return nil, err
	}
	res := r.dump(true)
	res["changed"] = must
	return res, nil
}

// bring makes a new request where there is none or another; in check mode it only tells.
func (r *request) bring(force bool) (must bool, err error) {
	if must = force; !must {
		if must, err = r.differs(); err != nil {
			return false, err
		}
	}
	if !must || r.Check {
		return must, nil
	}
	if err := r.prepare(); err != nil {
		return false, err
	}
	if pki.NeedsDigest(r.key) && !pki.KnownDigest(r.Args.Str("digest")) {
		return false, module.Fail(`Unsupported digest "` + r.Args.Str("digest") + `"`)
	}
	list, err := r.attributes()
	if err != nil {
		return false, err
	}
	r.made, err = pki.NewRequest(r.key, r.Args.Str("digest"), pki.NewName(list), r.wanted)
	if err != nil {
		err = module.Fail("making the certificate signing request: " + err.Error())
	}
	return true, err
}

// dump is the result but for the file.
func (r *request) dump(content bool) module.Result {
	a := r.Args
	shown := []any{}
	for _, s := range r.subject {
		shown = append(shown, []any{s[0], s[1]})
	}
	res := module.Result{"privatekey": stringOrNone(r.Call, "privatekey_path"), "subject": shown, "subjectAltName": r.altName,
		"keyUsage": listOrNone(r.Call, "key_usage"), "extendedKeyUsage": listOrNone(r.Call, "extended_key_usage"),
		"basicConstraints": listOrNone(r.Call, "basic_constraints"), "ocspMustStaple": a.Bool("ocsp_must_staple"),
		"name_constraints_permitted": append([]any{}, a.List("name_constraints_permitted")...),
		"name_constraints_excluded":  append([]any{}, a.List("name_constraints_excluded")...)}
	text := r.have
	if r.made != nil {
		text = r.made
	}
	if content {
		res["csr"] = textOrNone(text)
	}
	res["diff"] = map[string]any{"before": requestInfo(r.have), "after": requestInfo(text)}
	return res
}

// requestInfo is what a side of a diff says of a request.
func requestInfo(content []byte) map[string]any {
	if content == nil {
		return map[string]any{}
	}
	req, err := pki.ParseRequest(content)
	if err != nil {
		return map[string]any{"can_parse_csr": false}
	}
	info, err := req.Info(pki.Brief)
	if err != nil {
		return map[string]any{"can_parse_csr": false}
	}
	info["can_parse_csr"] = true
	return info
}

// subjectFields are the arguments that are parts of the subject, in order.
var subjectFields = [][2]string{{"C", "country_name"}, {"ST", "state_or_province_name"}, {"L", "locality_name"}, {"O", "organization_name"},
	{"OU", "organizational_unit_name"}, {"CN", "common_name"}, {"emailAddress", "email_address"}}

// arguments reads the subject and the alternative names, and checks what needs no key.
func (r *request) arguments() error {
	a := r.Args
	if a.Bool("create_subject_key_identifier") && a.Has("subject_key_identifier") {
		return module.Fail("subject_key_identifier cannot be specified if create_subject_key_identifier is true")
	}
	for _, f := range subjectFields {
		if v := a.Text(f[1]); v != "" {
			r.subject = append(r.subject, [2]string{f[0], v})
		}
	}
	more, err := nameFields(a.List("subject"), "subject")
	if err != nil {
		return err
	}
	r.subject = append(r.subject, more...)
	if list := a.List("subject_ordered"); len(list) > 0 {
		if len(r.subject) > 0 {
			return module.Fail("subject_ordered cannot be combined with any other subject field")
		}
		if r.subject, err = nameFields(list, "subject_ordered"); err != nil {
			return err
		}
		r.ordered = true
	}
	r.altName = listOrNone(r.Call, "subject_alt_name")
	if len(a.List("subject_alt_name")) == 0 && a.Bool("use_common_name_for_san") {
		for _, s := range r.subject {
			if s[0] == "CN" || s[0] == "commonName" {
				r.altName = []any{"DNS:" + s[1]}
				break
			}
		}
	}
	for _, name := range []string{"subject_key_identifier", "authority_key_identifier"} {
		if _, err := r.identifier(name); err != nil {
			return err
		}
	}
	_, err = r.distribution()
	return err
}

// nameFields reads dicts of one entry each, whose values are strings or lists of strings.
func nameFields(list []any, argument string) (out [][2]string, err error) {
	for i, item := range list {
		entry, ok := item.(map[string]any)
		if !ok || len(entry) != 1 {
			return nil, module.Fail("Entry #" + big.NewInt(int64(i+1)).String() + " in " + argument + " must be a dictionary with exactly one key-value pair")
		}
		for key, value := range entry {
			values, isList := value.([]any)
			if !isList {
				values = []any{value}
			}
			for _, v := range values {
				text, ok := v.(string)
				switch {
				case !ok:
					return nil, module.Fail("Value for " + key + " in " + argument + " must be either a string or a list of strings")
				case text == "" && isList:
					return nil, module.Fail("Values for " + key + " must not be empty strings")
				case text == "":
					return nil, module.Fail("Value for " + key + " must not be an empty string")
				}
				out = append(out, [2]string{key, text})
			}
		}
	}
	return out, nil
}

// identifier reads an argument of hexadecimal bytes; nil where it was not given.
func (r *request) identifier(name string) ([]byte, error) {
	if !r.Args.Has(name) {
		return nil, nil
	}
	id, err := hex.DecodeString(strings.ReplaceAll(r.Args.Text(name), ":", ""))
	if err != nil {
		return nil, module.Fail("Cannot parse " + name + ": " + err.Error())
	}
	return id, nil
}

func (r *request) attributes() ([]pki.Attribute, error) {
	var list []pki.Attribute
	for _, s := range r.subject {
		a, err := pki.NewAttribute(s[0], s[1])
		if err != nil {
			return nil, module.Fail(err.Error())
		}
		list = append(list, a)
	}
	return list, nil
}

// prepare reads the key and makes the extensions that are wanted.
func (r *request) prepare() (err error) {
	if r.key != nil {
		return nil
	}
	if r.key, err = ownKey.key(r.Call); err != nil {
		return err
	}
	for _, part := range []func() ([]byte, asn1.ObjectIdentifier, string, error){
		r.alternative, r.usage, r.extendedUsage, r.basic, r.staple, r.constraints, r.subjectID, r.authority, r.points} {
		value, id, critical, err := part()
		if err != nil {
			return module.Fail(err.Error())
		}
		if value != nil {
			r.wanted = append(r.wanted, pki.Extension{OID: id, Critical: critical != "" && r.Args.Bool(critical), Value: value})
		}
	}
	return nil
}
