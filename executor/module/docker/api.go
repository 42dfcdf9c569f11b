package docker

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
)

// dict is a JSON object of the API.
type dict = map[string]any

// api is a Docker daemon, spoken to over its Engine API.
type api struct {
	*module.Call
	http    *http.Client
	base    string // "http://docker/v1.41"
	version string
}

// oldest is the API version that modules need at least.
const oldest = "1.25"

// apiError is a daemon's refusal.
type apiError struct {
	Status  int
	Message string
}

func (e *apiError) Error() string {
	return fmt.Sprintf("%d %s: %s", e.Status, http.StatusText(e.Status), e.Message)
}

func isNotFound(err error) bool {
	var e *apiError
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// setting reads a connection argument; where it has its default, the environment may say otherwise.
func setting(c *module.Call, arg, env, def string) string {
	if v := c.Args.Text(arg); v != "" && v != def {
		return v
	}
	if v := c.Sys.Getenv(env); env != "" && v != "" {
		return v
	}
	return def
}

// connect finds the daemon by the module's arguments and agrees with it on a version.
func connect(ctx context.Context, c *module.Call) (*api, error) {
	host := setting(c, "docker_host", "DOCKER_HOST", "unix:///var/run/docker.sock")
	if c.Args.Bool("use_ssh_client") || strings.HasPrefix(host, "ssh://") {
		return nil, module.Fail("docker_host over ssh is not supported: let the task run on that host")
	}
	transport := &http.Transport{}
	a := &api{Call: c, http: &http.Client{Transport: transport, Timeout: time.Duration(c.Args.Int("timeout")) * time.Second}}
	secure := c.Args.Bool("tls") || c.Args.Bool("validate_certs")
	switch scheme, rest, _ := strings.Cut(host, "://"); scheme {
	case "unix":
		socket := "/" + strings.TrimLeft(rest, "/")
		a.base = "http://docker"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}
	case "tcp", "http", "https":
		a.base = "http://" + strings.TrimRight(rest, "/")
		if secure || scheme == "https" {
			a.base = "https://" + strings.TrimRight(rest, "/")
			var err error
			if transport.TLSClientConfig, err = secured(c); err != nil {
				return nil, err
			}
		}
	default:
		return nil, module.Fail("Error connecting: " + host + " is no address of a Docker daemon")
	}
	return a, a.agree(ctx)
}

func secured(c *module.Call) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.Args.Str("tls_hostname")}
	conf.InsecureSkipVerify = !c.Args.Bool("validate_certs") //nolint:gosec // asked for by tls without validate_certs
	ca := c.Path("ca_cert")
	if ca == "" {
		ca = c.Path("ca_path") // so named by the modules that follow docker's program
	}
	if ca != "" {
		pem, err := c.Sys.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		conf.RootCAs = x509.NewCertPool()
		conf.RootCAs.AppendCertsFromPEM(pem)
	}
	if cert := c.Path("client_cert"); cert != "" {
		text, err := c.Sys.ReadFile(cert)
		if err != nil {
			return nil, err
		}
		key, err := c.Sys.ReadFile(c.Path("client_key"))
		if err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(text, key)
		if err != nil {
			return nil, module.Fail("TLS config error: " + err.Error())
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// agree settles the version: the daemon's own, unless api_version names one.
func (a *api) agree(ctx context.Context) error {
	a.version = strings.TrimPrefix(setting(a.Call, "api_version", "DOCKER_API_VERSION", "auto"), "v")
	if a.version == "auto" {
		v, err := a.get(ctx, "/version", nil)
		if err != nil {
			return module.Fail("Error connecting: Error while fetching server API version: " + err.Error())
		}
		a.version, _ = asDict(v)["ApiVersion"].(string)
	}
	if older(a.version, oldest) {
		return module.Fail(fmt.Sprintf("Docker API version is %s. Minimum version required is %s.", a.version, oldest))
	}
	a.base += "/v" + a.version
	return nil
}

// older compares versions of the API, "1.9" before "1.25".
func older(v, than string) bool {
	x, y := strings.Split(v, "."), strings.Split(than, ".")
	for i := range min(len(x), len(y)) {
		n, _ := strconv.Atoi(x[i])
		m, _ := strconv.Atoi(y[i])
		if n != m {
			return n < m
		}
	}
	return len(x) < len(y)
}

// maxAnswer bounds what a daemon's answer may take of memory.
const maxAnswer = 64 << 20

// send makes a request. body may be nil, a value to be sent as JSON, or an io.Reader of a tar archive.
func (a *api) send(ctx context.Context, method, path string, query url.Values, body any, header http.Header) (*http.Response, error) {
	var content io.Reader
	kind := "application/json"
	switch body := body.(type) {
	case nil:
	case io.Reader:
		content, kind = body, "application/x-tar"
	default:
		text, err := jsontext.Append(nil, body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	target := a.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, content)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	res, err := a.http.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return nil, err
	}
	if res.StatusCode >= 400 {
		defer res.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<16))
		message := strings.TrimSpace(string(text))
		if v, err := jsontext.Parse(text); err == nil {
			if m, ok := asDict(v)["message"].(string); ok {
				message = m
			}
		}
		return nil, &apiError{Status: res.StatusCode, Message: message}
	}
	return res, nil
}

// call makes a request and reads the answer as JSON; an empty one is nil.
func (a *api) call(ctx context.Context, method, path string, query url.Values, body any) (any, error) {
	res, err := a.send(ctx, method, path, query, body, nil)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		return nil, err
	}
	v, err := jsontext.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the answer of %s: %w", path, err)
	}
	return v, nil
}

func (a *api) get(ctx context.Context, path string, query url.Values) (any, error) {
	return a.call(ctx, "GET", path, query, nil)
}

func (a *api) post(ctx context.Context, path string, query url.Values, body any) (any, error) {
	return a.call(ctx, "POST", path, query, body)
}

func (a *api) delete(ctx context.Context, path string, query url.Values) error {
	_, err := a.call(ctx, "DELETE", path, query, nil)
	return err
}

// inspect reads an object; nil where there is none.
func (a *api) inspect(ctx context.Context, kind, name string) (dict, error) {
	v, err := a.get(ctx, "/"+kind+"/"+url.PathEscape(name), nil)
	if isNotFound(err) {
		return nil, nil
	}
	return asDict(v), err
}

// container reads a container by name or id; nil where there is none.
func (a *api) container(ctx context.Context, name string) (dict, error) {
	c, err := a.inspect(ctx, "containers", strings.TrimPrefix(name, "/")+"/json")
	if err != nil {
		err = module.Fail("Error inspecting container: " + err.Error())
	}
	return c, err
}

// network reads a network by name; nil where there is none. The daemon would take the beginning of an id for a name, too.
func (a *api) network(ctx context.Context, name string) (dict, error) {
	list, err := a.get(ctx, "/networks", nil)
	if err != nil {
		return nil, module.Fail("Error retrieving network list: " + err.Error())
	}
	for _, n := range asList(list) {
		if n := asDict(n); n["Name"] == name {
			net, err := a.inspect(ctx, "networks", asText(n["Id"]))
			if err != nil {
				err = module.Fail("Error inspecting network: " + err.Error())
			}
			return net, err
		}
	}
	return nil, nil
}

func asDict(v any) dict   { m, _ := v.(map[string]any); return m }
func asList(v any) []any  { l, _ := v.([]any); return l }
func asText(v any) string { s, _ := v.(string); return s }
func asBool(v any) bool   { b, _ := v.(bool); return b }
func at(v any, keys ...string) any {
	for _, k := range keys {
		v = asDict(v)[k]
	}
	return v
}

// report turns the daemon's warnings into the task's.
func (a *api) report(answer any) {
	for _, w := range asList(asDict(answer)["Warnings"]) {
		a.Warn("Docker warning: %s", asText(w))
	}
	if w := asText(asDict(answer)["Warning"]); w != "" {
		a.Warn("Docker warning: %s", w)
	}
}
