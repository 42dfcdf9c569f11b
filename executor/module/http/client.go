package http

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	nethttp "net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

// request is one HTTP request with the arguments that Ansible's HTTP modules share.
type request struct {
	*module.Call
	url, method string
	headers     map[string]string
	body        io.Reader
	size        int64 // of body; -1 when unknown
	redirects   string
	since       time.Time // If-Modified-Since, unless it is zero
	rewind      func() io.Reader
}

// response is what came back, with the "info" that Ansible's modules return.
type response struct {
	*nethttp.Response
	info    map[string]any
	elapsed int64 // whole seconds
}

// defaultAgent is what Ansible sends where http_agent is not given.
const defaultAgent = "ansible-httpget"

// client builds the HTTP client: certificates, proxy, redirects, Unix socket.
func (r *request) client() (*nethttp.Client, error) {
	a := r.Args
	tr := &nethttp.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if !a.Has("use_proxy") || a.Bool("use_proxy") {
		tr.Proxy = nethttp.ProxyFromEnvironment
	}
	if a.Has("validate_certs") && !a.Bool("validate_certs") {
		tr.TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // asked for by validate_certs
	}
	if ca := r.Path("ca_path"); ca != "" {
		pem, err := r.Sys.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		pool.AppendCertsFromPEM(pem)
		tr.TLSClientConfig.RootCAs = pool
	}
	if cert := r.Path("client_cert"); cert != "" {
		pair, err := r.keyPair(cert, r.Path("client_key"))
		if err != nil {
			return nil, err
		}
		tr.TLSClientConfig.Certificates = []tls.Certificate{pair}
	}
	if sock := r.Path("unix_socket"); sock != "" {
		tr.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", sock)
		}
	}
	if a.Has("decompress") && !a.Bool("decompress") {
		tr.DisableCompression = true
	}
	jar, err := cookiejar.New(nil)
	return &nethttp.Client{Transport: tr, Jar: jar, CheckRedirect: r.redirect}, err
}

func (r *request) keyPair(cert, key string) (tls.Certificate, error) {
	if key == "" {
		key = cert
	}
	c, err := r.Sys.ReadFile(cert)
	if err != nil {
		return tls.Certificate{}, err
	}
	k, err := r.Sys.ReadFile(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(c, k)
}

// redirect decides by follow_redirects: "safe" follows what only reads.
func (r *request) redirect(req *nethttp.Request, via []*nethttp.Request) error {
	if len(via) >= 10 {
		return errors.New("stopped after 10 redirects")
	}
	first := via[0].Method
	switch r.redirects {
	case "no", "none":
		return nethttp.ErrUseLastResponse
	case "safe":
		if first != "GET" && first != "HEAD" {
			return nethttp.ErrUseLastResponse
		}
	}
	for _, h := range r.Args.Strs("unredirected_headers") {
		req.Header.Del(h)
	}
	return nil
}

// do sends the request. A server that answers with an error status is no error here; one that does not answer is.
func (r *request) do(ctx context.Context) (*response, error) {
	client, err := r.client()
	if err != nil {
		return nil, err
	}
	if t := r.Args.Int("timeout"); t > 0 {
		client.Timeout = time.Duration(t) * time.Second
	}
	start := time.Now()
	res, err := r.send(ctx, client, r.Args.Bool("force_basic_auth"))
	user := r.user()
	if err == nil && res.StatusCode == nethttp.StatusUnauthorized && user != nil && !r.Args.Bool("force_basic_auth") &&
		strings.HasPrefix(strings.ToLower(res.Header.Get("WWW-Authenticate")), "basic") && r.rewind != nil {
		_ = res.Body.Close()
		r.body = r.rewind()
		res, err = r.send(ctx, client, true)
	}
	out := &response{Response: res, elapsed: int64(time.Since(start).Seconds())}
	if err != nil {
		return out, r.failed(plain(err))
	}
	out.info = info(res)
	return out, nil
}

// failed words a request without an answer. Certificates have the words of Ansible's that playbooks look for.
func (r *request) failed(err error) error {
	var refused *tls.CertificateVerificationError
	if !errors.As(err, &refused) {
		return fmt.Errorf("Request failed: %w", err)
	}
	host, port := "", "443"
	if u, err := url.Parse(r.url); err == nil {
		host = u.Hostname()
		if u.Port() != "" {
			port = u.Port()
		}
	}
	return fmt.Errorf("Failed to validate the SSL certificate for %s:%s: %w. The target must trust the authority that signed it (ca_path, "+
		"or its own store); validate_certs: false leaves the check out, which is unsafe", host, port, refused.Err)
}

// plain leaves the method and URL, which may hold a password, out of an error of net/http.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// user is the user and password, from the arguments or the URL.
func (r *request) user() *url.Userinfo {
	if u := r.Args.Str("url_username"); u != "" {
		return url.UserPassword(u, r.Args.Str("url_password"))
	}
	if u, err := url.Parse(r.url); err == nil {
		return u.User
	}
	return nil
}

func (r *request) send(ctx context.Context, client *nethttp.Client, auth bool) (*nethttp.Response, error) {
	req, err := nethttp.NewRequestWithContext(ctx, r.method, r.url, r.body)
	if err != nil {
		return nil, err
	}
	if r.body != nil && r.size >= 0 {
		req.ContentLength = r.size
	}
	req.URL.User = nil // sent as a header only where the server asks or the task says so
	req.Header.Set("User-Agent", defaultAgent)
	if ua := r.Args.Str("http_agent"); ua != "" {
		req.Header.Set("User-Agent", ua)
	}
	if r.Args.Bool("force") {
		req.Header.Set("Cache-Control", "no-cache")
	} else if !r.since.IsZero() {
		req.Header.Set("If-Modified-Since", r.since.UTC().Format(nethttp.TimeFormat))
	}
	if u := r.user(); u != nil && auth {
		p, _ := u.Password()
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.Username()+":"+p)))
	}
	if r.body != nil { // what urllib says of a body of unknown kind
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range r.headers {
		if strings.EqualFold(k, "host") {
			req.Host = v
		}
		req.Header.Set(k, v)
	}
	return client.Do(req)
}

// info is what Ansible's fetch_url tells of a response: its headers in lower case, cookies, url, status and msg.
func info(res *nethttp.Response) map[string]any {
	out := map[string]any{"url": res.Request.URL.String(), "status": int64(res.StatusCode)}
	for k, v := range res.Header {
		out[strings.ToLower(k)] = strings.Join(v, ", ")
	}
	if res.Close {
		out["connection"] = "close"
	}
	reason := nethttp.StatusText(res.StatusCode)
	if res.StatusCode >= 300 {
		out["msg"] = fmt.Sprintf("HTTP Error %d: %s", res.StatusCode, reason)
		return out
	}
	cookies := map[string]any{}
	var text []string
	for _, c := range res.Cookies() {
		cookies[c.Name] = c.Value
		text = append(text, c.Name+"="+c.Value)
	}
	out["cookies"], out["cookies_string"] = cookies, strings.Join(text, "; ")
	length := res.Header.Get("Content-Length")
	if length == "" {
		length = "unknown"
		if res.ContentLength >= 0 {
			length = fmt.Sprint(res.ContentLength)
		}
	}
	out["msg"] = "OK (" + length + " bytes)"
	return out
}

// headersOf reads the headers argument.
func headersOf(a module.Args) map[string]string {
	out := map[string]string{}
	for k := range a.Map("headers") {
		v := module.Args(a.Map("headers")).Text(k)
		if b, ok := a.Map("headers")[k].(bool); ok {
			v = map[bool]string{true: "True", false: "False"}[b]
		}
		out[k] = v
	}
	return out
}
