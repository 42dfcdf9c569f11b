package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// authority signs the certificates of the stand-ins. Image and controller trust it; the sites' certificates come from
// ACME and have nothing to do with it.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey

	mu   sync.Mutex
	made map[string]*tls.Certificate // by server name
}

// createAuthority makes STATE/ca.crt and STATE/ca.key; those that are there stay.
func createAuthority(state string) (*authority, error) {
	if _, err := os.Stat(filepath.Join(state, "ca.key")); err == nil {
		return loadAuthority(state)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate("stand-ins of a disposable target", 10)
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(state, "ca.crt"), "CERTIFICATE", der, 0o644); err != nil {
		return nil, err
	}
	if err := writePEM(filepath.Join(state, "ca.key"), "EC PRIVATE KEY", keyDER, 0o600); err != nil {
		return nil, err
	}
	return loadAuthority(state)
}

func loadAuthority(state string) (*authority, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(state, "ca.crt"), filepath.Join(state, "ca.key"))
	if err != nil {
		return nil, fmt.Errorf("loading the authority (internet init %s makes it): %w", state, err)
	}
	return &authority{cert: pair.Leaf, key: pair.PrivateKey.(*ecdsa.PrivateKey), made: map[string]*tls.Certificate{}}, nil
}

// certificate answers a client that asks for any name.
func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.made[hello.ServerName]; c != nil {
		return c, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate(hello.ServerName, 1)
	template.DNSNames, template.ExtKeyUsage = []string{hello.ServerName}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	c := &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key}
	a.made[hello.ServerName] = c
	return c, nil
}

func certificate(name string, years int) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.AddDate(years, 0, 0),
	}
}

func writePEM(file, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
