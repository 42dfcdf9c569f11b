// Package target holds tests that run native modules and Ansible's modules of the same names on two copies of one Debian
// root, and compare what they return and what they leave behind.
//
// They need root, a Debian root directory with Python named by TARGET_ROOT (debootstrap makes one), and Debian's ansible:
//
//	TARGET_ROOT=/srv/bookworm go test -tags target ./executor/module/target
package target
