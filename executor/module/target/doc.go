// Package target holds tests that run native modules and Ansible's modules of the same names on two copies of one Debian
// root, or on two booted servers, and compare what they return and what they leave behind.
//
// They need root, Debian's ansible, and what testdata/target/test.sh gives them: a Debian root directory with Python, dnf and rpm
// (TARGET_ROOT), two booted servers that firewalld and supervisor are installed on (TARGET_BOOTED), and the program that keeps those
// (TARGET_PROGRAM). `make test-target` does all of it.
package target
