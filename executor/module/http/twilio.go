package http

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"pylint-deploy/executor/module"
)

// twilioAPI is where messages are sent; Twilio's REST API of 2010-04-01.
const twilioAPI = "https://api.twilio.com/2010-04-01/Accounts/"

// runTwilio is community.general.twilio: one text message to each number. As in Ansible it is never "changed". In check
// mode nothing is sent.
func runTwilio(ctx context.Context, c *module.Call) (module.Result, error) {
	a := c.Args
	sid := a.Str("account_sid")
	numbers := a.Strs("to_numbers")
	if len(numbers) == 0 {
		numbers = a.Strs("to_number")
	}
	if n := a.Text("to_number"); len(numbers) == 0 && n != "" {
		numbers = []string{n}
	}
	if c.Check {
		return module.Result{"msg": a.Text("msg"), "changed": false}, nil
	}
	for _, to := range numbers {
		form := url.Values{"From": {a.Text("from_number")}, "To": {to}, "Body": {a.Text("msg")}}
		if m := a.Str("media_url"); m != "" {
			form.Set("MediaUrl", m)
		}
		text := form.Encode()
		sub := *c
		sub.Args = module.Args{"url_username": sid, "url_password": a.Str("auth_token"), "force_basic_auth": true, "timeout": int64(30)}
		r := &request{Call: &sub, url: twilioAPI + url.PathEscape(sid) + "/Messages.json", method: "POST", body: strings.NewReader(text), size: int64(len(text)),
			headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "User-Agent": "Ansible"}}
		res, err := r.do(ctx)
		if err != nil {
			return nil, module.Fail("unable to send message to " + to + ": " + err.Error())
		}
		body, _ := io.ReadAll(io.LimitReader(res.Body, 1<<16))
		_ = res.Body.Close()
		if res.StatusCode != 200 && res.StatusCode != 201 {
			var answer struct{ Message string }
			why := res.Status
			if json.Unmarshal(body, &answer) == nil && answer.Message != "" {
				why = answer.Message
			}
			return nil, module.Fail("unable to send message to " + to + ": " + why)
		}
	}
	return module.Result{"msg": a.Text("msg"), "changed": false}, nil
}
