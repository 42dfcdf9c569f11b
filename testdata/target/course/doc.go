// Package course proves that the course's own playbooks do with pylint-deploy what they do with Ansible: they are run on two
// servers that begin as equals, and what is left on them is compared.
//
// The tests need disposable servers, so they have a build tag; `make test-target` runs them:
//
//	go test -C testdata/target -tags target ./course
package course
