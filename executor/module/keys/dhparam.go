package keys

import (
	"context"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/keys/pki"
)

// minDH is the least size of Diffie-Hellman parameters.
const minDH = 512

// runDHParam is community.crypto.openssl_dhparam.
func runDHParam(ctx context.Context, c *module.Call) (module.Result, error) {
	p, size := newPlace(ctx, c), int(c.Args.Int("size"))
	if err := p.checkDirectory("The directory '%s' does not exist or the file is not a directory"); err != nil {
		return nil, err
	}
	var err error
	if c.Args.Str("state") == "absent" {
		err = p.remove()
	} else {
		err = p.parameters(size)
	}
	if err != nil {
		return nil, err
	}
	res := module.Result{"size": size}
	if c.Args.Bool("return_content") {
		content, err := p.read()
		if err != nil {
			return nil, err
		}
		res["dhparams"] = textOrNone(content)
	}
	return p.result(res), nil
}

// parameters makes new parameters where there are none of that size.
func (p *place) parameters(size int) error {
	have, err := p.read()
	if err != nil {
		return err
	}
	if bits, err := pki.DHSize(have); p.Args.Bool("force") || err != nil || bits != size {
		var content []byte
		if size < minDH {
			return module.Fail("Diffie-Hellman parameters have at least 512 bits, and size says less")
		}
		if !p.Check {
			if content, err = pki.NewDH(p.ctx, size); err != nil {
				return module.Fail("making Diffie-Hellman parameters: " + err.Error())
			}
		}
		if err := p.write(content); err != nil {
			return err
		}
	}
	return p.settle()
}
