package ssh

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"pylint-deploy/executor/connection"
)

// settings are what one connection follows, with all defaults filled in.
type settings struct {
	words
	host     string // to dial
	port     int
	user     string
	network  string // tcp, tcp4, tcp6
	bind     string
	timeout  time.Duration
	jumps    []string // ProxyJump, first hop first
	jumpArgs []string // options of a ProxyCommand that is a jump

	policy     connection.HostKeyPolicy
	keyName    string // under which the host key is known: host:port
	userKnown  []string
	knownFiles []string
	hashNames  bool

	explicitKeys []string // from the command line or the inventory
	keyFiles     []string
	certificates []string
	onlyThese    bool // IdentitiesOnly
	agentSocket  string
	publicKey    bool
	password     bool
	interactive  bool
	forwardAgent bool

	algorithms algorithms
	alive      time.Duration
	aliveMax   int
	env        []string // NAME=value to send
}

// algorithms are those that the settings name; empty is the client's own choice.
type algorithms struct{ keyExchanges, ciphers, macs, hostKeys, publicKeys []string }

const defaultTimeout = 10 * time.Second // Ansible's, where OpenSSH would wait for TCP to give up

// unsupported are keywords that this client cannot follow and must not ignore, with the value that means nothing.
var unsupported = []struct{ keyword, harmless string }{
	{"PKCS11Provider", "none"}, {"KnownHostsCommand", "none"}, {"RevokedHostKeys", "none"}, {"RemoteCommand", "none"},
	{"CanonicalizeHostname", "no"}, {"BindInterface", "none"}, {"ProxyUseFdpass", "no"},
}

// resolve fills in the settings for a target.
func (d *dialer) resolve(target connection.Target) (*settings, error) {
	args, err := parseArgs(target.SSHArgs)
	if err != nil {
		return nil, err
	}
	files, err := d.configuration()
	if own := args["-f"]; len(own) > 0 {
		files, err = nil, nil
		if own[0] != "none" {
			var file *config
			file, err = readConfig(own[0])
			files = []*config{file}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("ssh configuration: %w", err)
	}
	s := &settings{words: words{alias: target.Address, args: args, files: files}}
	if s.alias == "" {
		s.alias = target.Name
	}
	for _, no := range unsupported {
		if value := s.get(no.keyword); value != "" && !strings.EqualFold(value, no.harmless) {
			return nil, fmt.Errorf("%s %s is not supported by the built-in client", no.keyword, value)
		}
	}
	for _, step := range []func(*dialer, connection.Target) error{s.setWhere, s.setHostKeys, s.setLogin, s.setAlgorithms} {
		if err := step(d, target); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// setWhere finds out where to connect and how.
func (s *settings) setWhere(d *dialer, target connection.Target) error {
	s.user = target.User
	if s.user == "" {
		s.user = s.get("User")
	}
	if s.user == "" {
		if me, err := user.Current(); err == nil {
			s.user = me.Username
		}
	}
	s.host = s.alias
	if name := s.get("HostName"); name != "" {
		s.host = strings.NewReplacer("%h", s.alias, "%%", "%").Replace(name)
	}
	s.port = target.Port
	var err error
	if s.port == 0 {
		if s.port, err = s.number("Port", 22); err != nil {
			return err
		}
	}
	s.network = map[string]string{"inet": "tcp4", "inet6": "tcp6"}[s.get("AddressFamily")]
	if s.network == "" {
		s.network = "tcp"
	}
	s.bind = s.get("BindAddress")
	if s.timeout = target.ConnectTimeout; s.timeout == 0 {
		seconds, err := s.number("ConnectTimeout", 0)
		if err != nil {
			return err
		}
		if s.timeout = time.Duration(seconds) * time.Second; seconds == 0 {
			s.timeout = defaultTimeout
		}
	}
	alive, err := s.number("ServerAliveInterval", 15)
	if err != nil {
		return err
	}
	s.alive = time.Duration(alive) * time.Second
	if s.aliveMax, err = s.number("ServerAliveCountMax", 4); err != nil {
		return err
	}
	s.env = s.environment()
	return s.setJumps()
}

func (s *settings) number(keyword string, unset int) (int, error) {
	text := s.get(keyword)
	if text == "" || text == "none" {
		return unset, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s %s is not a number", keyword, text)
	}
	return n, nil
}

func (s *settings) setJumps() error {
	jump, command := s.get("ProxyJump"), s.get("ProxyCommand")
	if jump != "" {
		if jump != "none" {
			s.jumps = strings.Split(s.expand(jump), ",")
		}
		return nil
	}
	if command == "" || command == "none" {
		return nil
	}
	host, options, ok := jumpOf(command)
	if !ok {
		return fmt.Errorf("ProxyCommand %q is not supported by the built-in client", command)
	}
	s.jumps, s.jumpArgs = []string{host}, options
	return nil
}

// environment is what SetEnv and SendEnv send along.
func (s *settings) environment() []string {
	var env []string
	for _, setting := range s.all("SetEnv") {
		env = append(env, strings.Fields(setting)...)
	}
	for _, patterns := range s.all("SendEnv") {
		for _, pattern := range strings.Fields(patterns) {
			for _, variable := range os.Environ() {
				name, _, _ := strings.Cut(variable, "=")
				if match, _ := filepath.Match(pattern, name); match {
					env = append(env, variable)
				}
			}
		}
	}
	return env
}

// policies are the values of StrictHostKeyChecking.
var policies = map[string]connection.HostKeyPolicy{
	"": connection.HostKeysAsk, "ask": connection.HostKeysAsk, "yes": connection.HostKeysStrict, "accept-new": connection.HostKeysAcceptNew,
	"no": connection.HostKeysOff, "off": connection.HostKeysOff,
}

func (s *settings) setHostKeys(d *dialer, target connection.Target) error {
	value := strings.ToLower(s.get("StrictHostKeyChecking"))
	policy, known := policies[value]
	if !known {
		return fmt.Errorf("StrictHostKeyChecking %s is not one of yes, ask, accept-new, no", value)
	}
	// What is said for this host by ssh arguments is nearer than a policy for the whole run.
	s.policy = policy
	if target.HostKeys != connection.HostKeysDefault && len(s.args["stricthostkeychecking"]) == 0 {
		s.policy = target.HostKeys
	}
	s.keyName = net.JoinHostPort(s.host, strconv.Itoa(s.port))
	if alias := s.get("HostKeyAlias"); alias != "" {
		s.keyName = net.JoinHostPort(alias, "22")
	}
	s.userKnown = s.paths("UserKnownHostsFile", d, "~/.ssh/known_hosts ~/.ssh/known_hosts2")
	s.knownFiles = append(slices.Clone(s.userKnown), s.paths("GlobalKnownHostsFile", d, "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2")...)
	s.hashNames = s.yes("HashKnownHosts", false)
	return nil
}

// paths reads a keyword that lists files.
func (s *settings) paths(keyword string, d *dialer, unset string) []string {
	value := s.get(keyword)
	if value == "" {
		value = unset
	}
	var paths []string
	for _, path := range strings.Fields(value) {
		if path != "none" && path != os.DevNull {
			paths = append(paths, s.path(path, d))
		}
	}
	return paths
}

// path expands ~ and tokens.
func (s *settings) path(path string, d *dialer) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		path = filepath.Join(d.home(), rest)
	}
	return strings.NewReplacer("%d", d.home()).Replace(s.expand(path))
}

func (s *settings) expand(text string) string {
	local, _ := user.Current()
	name := ""
	if local != nil {
		name = local.Username
	}
	return strings.NewReplacer("%%", "%", "%h", s.host, "%n", s.alias, "%p", strconv.Itoa(s.port), "%r", s.user, "%u", name).Replace(text)
}

// defaultKeys are OpenSSH's, in its order; those on hardware tokens are left to ssh-agent.
var defaultKeys = []string{"~/.ssh/id_rsa", "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519"}

func (s *settings) setLogin(d *dialer, target connection.Target) error {
	for _, file := range target.PrivateKeyFiles {
		s.explicitKeys = append(s.explicitKeys, s.path(file, d))
	}
	for _, file := range s.args["identityfile"] {
		s.explicitKeys = append(s.explicitKeys, s.path(file, d))
	}
	for _, file := range s.all("IdentityFile") {
		if file = s.path(file, d); file != "none" && !slices.Contains(s.explicitKeys, file) {
			s.keyFiles = append(s.keyFiles, file)
		}
	}
	if len(s.keyFiles) == 0 && len(s.explicitKeys) == 0 {
		for _, file := range defaultKeys {
			s.keyFiles = append(s.keyFiles, s.path(file, d))
		}
	}
	for _, file := range s.all("CertificateFile") {
		s.certificates = append(s.certificates, s.path(file, d))
	}
	s.onlyThese = s.yes("IdentitiesOnly", false)
	switch socket := s.get("IdentityAgent"); socket {
	case "", "SSH_AUTH_SOCK", "$SSH_AUTH_SOCK":
		s.agentSocket = os.Getenv("SSH_AUTH_SOCK")
	case "none":
	default:
		s.agentSocket = os.ExpandEnv(s.path(socket, d))
	}
	allowed := func(method string) bool {
		preferred := s.get("PreferredAuthentications")
		return preferred == "" || slices.Contains(strings.Split(preferred, ","), method)
	}
	s.publicKey = s.yes("PubkeyAuthentication", true) && allowed("publickey")
	s.password = s.yes("PasswordAuthentication", true) && allowed("password")
	s.interactive = s.yes("KbdInteractiveAuthentication", s.yes("ChallengeResponseAuthentication", true)) && allowed("keyboard-interactive")
	s.forwardAgent = s.yes("ForwardAgent", false)
	if !s.publicKey && !s.password && !s.interactive {
		return errors.New("the configuration allows none of publickey, password and keyboard-interactive, which are what the built-in client can do")
	}
	return nil
}

// setAlgorithms follows lists, and changes to the default list: +add, -remove, ^put first.
func (s *settings) setAlgorithms(*dialer, connection.Target) error {
	can, weak := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	for _, list := range []struct {
		keyword   string
		into      *[]string
		can, weak []string
	}{
		{"KexAlgorithms", &s.algorithms.keyExchanges, can.KeyExchanges, weak.KeyExchanges},
		{"Ciphers", &s.algorithms.ciphers, can.Ciphers, weak.Ciphers},
		{"MACs", &s.algorithms.macs, can.MACs, weak.MACs},
		{"HostKeyAlgorithms", &s.algorithms.hostKeys, can.HostKeys, weak.HostKeys},
		{"PubkeyAcceptedAlgorithms", &s.algorithms.publicKeys, can.PublicKeyAuths, weak.PublicKeyAuths},
		{"PubkeyAcceptedKeyTypes", &s.algorithms.publicKeys, can.PublicKeyAuths, weak.PublicKeyAuths},
	} {
		value := s.get(list.keyword)
		if value == "" {
			continue
		}
		if *list.into = choose(value, list.can, list.weak); len(*list.into) == 0 {
			return fmt.Errorf("%s %s names nothing that the built-in client can do", list.keyword, value)
		}
	}
	return nil
}

func choose(value string, can, weak []string) []string {
	change := strings.IndexByte("+-^", value[0]) >= 0
	names := strings.Split(strings.TrimLeft(value, "+-^"), ",")
	matches := func(algorithm string) bool {
		return slices.ContainsFunc(names, func(pattern string) bool {
			match, _ := filepath.Match(pattern, algorithm)
			return match
		})
	}
	var named []string
	for _, name := range names {
		for _, algorithm := range slices.Concat(can, weak) {
			if match, _ := filepath.Match(name, algorithm); match && !slices.Contains(named, algorithm) {
				named = append(named, algorithm)
			}
		}
	}
	if !change {
		return named
	}
	others := slices.DeleteFunc(slices.Clone(can), matches)
	switch value[0] {
	case '+':
		return slices.Concat(others, named)
	case '^':
		return slices.Concat(named, others)
	}
	return others
}
