package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
)

// newACME is Pebble, Let's Encrypt's own test server, with real http-01 validation: it asks our DNS for the site's address and
// fetches the challenge from there, through the target's firewall. root is where its root certificate is written, for who wants to verify a site.
func newACME(dnsServer net.IP, root string) (http.Handler, error) {
	// What would make a run's time or result a matter of luck is off: waits before validation, refused nonces; and each
	// order is validated.
	for name, v := range map[string]string{"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", "PEBBLE_AUTHZREUSE": "0"} {
		if err := os.Setenv(name, v); err != nil {
			return nil, err
		}
	}
	logger := log.New(log.Writer(), "acme: ", log.Flags())
	store := db.NewMemoryStore()
	issuer := ca.New(logger, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "90 days", ValidityPeriod: 90 * 24 * 3600}})
	validator := va.New(logger, 80, 443, false, net.JoinHostPort(dnsServer.String(), "53"), store)
	front := wfe.New(logger, store, validator, issuer, []string{"letsencrypt.org"}, false, false, 1, 1)
	if err := os.WriteFile(root, issuer.GetRootCert(0).PEM(), 0o644); err != nil {
		return nil, fmt.Errorf("writing the ACME root: %w", err)
	}
	handler := front.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/directory" { // Let's Encrypt's name for it
			r.URL.Path = wfe.DirectoryPath
		}
		handler.ServeHTTP(w, r)
	}), nil
}
