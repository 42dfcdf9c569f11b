package keys

import (
	"encoding/asn1"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// Each of these makes the value of an extension, nil where it is not wanted, and names the argument that makes it critical.

func (r *request) alternative() ([]byte, asn1.ObjectIdentifier, string, error) {
	list, _ := r.altName.([]any)
	names, err := generalNames(list, "Subject Alternative Name")
	if err != nil || len(names) == 0 {
		return nil, nil, "", err
	}
	return pki.GeneralNames(names), pki.SubjectAltName, "subject_alt_name_critical", nil
}

// generalNames reads names of any kind.
func generalNames(list []any, what string) ([]pki.GeneralName, error) {
	var out []pki.GeneralName
	for _, item := range list {
		text, _ := item.(string)
		name, err := pki.ParseGeneral(text, what)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, nil
}

func (r *request) usage() ([]byte, asn1.ObjectIdentifier, string, error) {
	names := r.Args.Strs("key_usage")
	bits, err := pki.UsageBits(names)
	if err == nil {
		err = pki.CheckUsage(bits)
	}
	if err != nil || len(names) == 0 {
		return nil, nil, "", err
	}
	return pki.MarshalUsage(bits), pki.KeyUsage, "key_usage_critical", nil
}

func (r *request) extendedUsage() ([]byte, asn1.ObjectIdentifier, string, error) {
	var list []asn1.ObjectIdentifier
	for _, name := range r.Args.Strs("extended_key_usage") {
		id, err := pki.LookupOID(name)
		if err != nil {
			return nil, nil, "", err
		}
		list = append(list, id)
	}
	if len(list) == 0 {
		return nil, nil, "", nil
	}
	return pki.OIDs(list), pki.ExtendedKeyUsage, "extended_key_usage_critical", nil
}

func (r *request) basic() ([]byte, asn1.ObjectIdentifier, string, error) {
	list := r.Args.Strs("basic_constraints")
	ca, length := false, -1
	for _, item := range list {
		name, value, _ := strings.Cut(item, ":")
		switch {
		case item == "CA:TRUE" || item == "CA:FALSE":
			ca = item == "CA:TRUE"
		case name == "CA":
			return nil, nil, "", fmt.Errorf(`Unknown basic constraint value "%s" for CA`, value)
		case name == "pathlen":
			n, err := strconv.Atoi(value)
			if err != nil {
				return nil, nil, "", fmt.Errorf(`Cannot parse path length constraint "%s" (%w)`, value, err)
			}
			length = n
		default:
			return nil, nil, "", fmt.Errorf(`Unknown basic constraint "%s"`, item)
		}
	}
	switch {
	case len(list) == 0:
		return nil, nil, "", nil
	case length >= 0 && !ca:
		return nil, nil, "", fmt.Errorf("path_length must be None when ca is False")
	}
	return pki.MarshalBasic(ca, length), pki.BasicConstraints, "basic_constraints_critical", nil
}

func (r *request) staple() ([]byte, asn1.ObjectIdentifier, string, error) {
	if !r.Args.Bool("ocsp_must_staple") {
		return nil, nil, "", nil
	}
	return pki.MustStaple(), pki.TLSFeature, "ocsp_must_staple_critical", nil
}

func (r *request) constraints() ([]byte, asn1.ObjectIdentifier, string, error) {
	permitted, err := generalNames(r.Args.List("name_constraints_permitted"), "name constraints permitted")
	if err != nil {
		return nil, nil, "", err
	}
	excluded, err := generalNames(r.Args.List("name_constraints_excluded"), "name constraints excluded")
	if err != nil || len(permitted)+len(excluded) == 0 {
		return nil, nil, "", err
	}
	return pki.MarshalConstraints(permitted, excluded), pki.NameConstraints, "name_constraints_critical", nil
}

func (r *request) subjectID() ([]byte, asn1.ObjectIdentifier, string, error) {
	id, err := r.identifier("subject_key_identifier")
	if r.Args.Bool("create_subject_key_identifier") {
		id, err = pki.KeyID(r.key.Public())
	}
	if err != nil || id == nil {
		return nil, nil, "", err
	}
	return pki.MarshalKeyID(id), pki.SubjectKeyID, "", nil
}

func (r *request) authority() ([]byte, asn1.ObjectIdentifier, string, error) {
	a := r.Args
	if !a.Has("authority_key_identifier") && !a.Has("authority_cert_issuer") && !a.Has("authority_cert_serial_number") {
		return nil, nil, "", nil
	}
	id, err := r.identifier("authority_key_identifier")
	if err != nil {
		return nil, nil, "", err
	}
	authority := pki.Authority{ID: id}
	if authority.Issuer, err = generalNames(a.List("authority_cert_issuer"), "authority cert issuer"); err != nil {
		return nil, nil, "", err
	}
	if a.Has("authority_cert_serial_number") {
		authority.Serial = big.NewInt(a.Int("authority_cert_serial_number"))
	}
	return authority.Marshal(), pki.AuthorityKeyID, "", nil
}

func (r *request) points() ([]byte, asn1.ObjectIdentifier, string, error) {
	points, err := r.distribution()
	if err != nil || len(points) == 0 {
		return nil, nil, "", err
	}
	return pki.MarshalDistribution(points), pki.CRLDistribution, "", nil
}

// distribution reads the argument crl_distribution_points.
func (r *request) distribution() ([]pki.DistributionPoint, error) {
	var out []pki.DistributionPoint
	for i, item := range r.Args.List("crl_distribution_points") {
		m, _ := item.(map[string]any)
		point, err := distributionPoint(m)
		if err != nil {
			return nil, module.Fail(fmt.Sprintf("Error while parsing CRL distribution point #%d: %v", i, err))
		}
		out = append(out, point)
	}
	return out, nil
}

func distributionPoint(a module.Args) (p pki.DistributionPoint, err error) {
	if a.Has("full_name") && a.Has("relative_name") {
		return p, fmt.Errorf("parameters are mutually exclusive: full_name|relative_name")
	}
	if !a.Has("full_name") && !a.Has("relative_name") && !a.Has("crl_issuer") {
		return p, fmt.Errorf("one of the following is required: full_name, relative_name, crl_issuer")
	}
	for _, name := range []string{"full_name", "relative_name", "crl_issuer"} {
		if a.Has(name) && len(a.List(name)) == 0 {
			return p, fmt.Errorf("%s must not be empty", name)
		}
	}
	if p.Full, err = generalNames(a.List("full_name"), "full name"); err != nil {
		return p, err
	}
	if p.Relative, err = pki.ParseRDN(a.Strs("relative_name")); err != nil {
		return p, err
	}
	p.Issuer, err = generalNames(a.List("crl_issuer"), "CRL issuer")
	p.Reasons = a.Strs("reasons")
	return p, err
}
