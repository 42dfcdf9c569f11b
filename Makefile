# Targets a reader needs: build, test, bench, lint, demo. `make help` lists all.
SHELL := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
BIN := bin/pylint-deploy
FUZZTIME ?= 1m

TARGET ?= web1

.PHONY: help build test bench lint demo fuzz generate compat clean target-up target-reset target-down test-target
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

build: agents ## bin/pylint-deploy, with the target-side programs embedded
	go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/pylint-deploy

test: lint agents ## all tests, with the race detector
	go test -race -timeout 40m ./...

lint: ## gofmt, go vet, and that what differs between systems compiles for macOS
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "not gofmt'ed:"; echo "$$out"; exit 1; }
	go vet ./...
	go vet -C testdata/target ./...
	GOOS=darwin GOARCH=arm64 go build ./executor/... ./parser/...

demo: build ## check and run the sample playbook twice; needs no root and no server
	$(BIN) demo

bench: build ## benchmarks, beside the rivals that are installed; TREES="dir ..." has large repositories checked, too
	go test -run '^$$' -bench . -benchmem ./...
	./testdata/bench/check.sh $(BIN) $(TREES)
	./testdata/bench/run.sh $(BIN)

fuzz: ## every fuzz target for FUZZTIME each
	@for pkg in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$pkg/*_test.go | sed 's/func //'); do \
	    echo "== $$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

target-up: ## boot a disposable server (TARGET=web1); testdata/target/README.md
	testdata/target/target up $(TARGET)

target-reset: ## throw away what changed on it, boot again
	testdata/target/target reset $(TARGET)

target-down: ## remove all disposable servers
	testdata/target/target down

test-target: build ## tests on disposable servers; needs root
	testdata/target/test.sh

generate: ## the catalog's tables, from the Ansible that is installed, the compiled rules, and docs/modules.md
	go generate ./parser/catalog ./rules/policy
	go run ./cmd/pylint-deploy modules --markdown > docs/modules.md

compat: ## docs/compatibility.md from testdata/compat; RESULTS="a.json b.json" adds what the targets of ansible-core gave
	go run ./testdata/compat $(RESULTS)

clean: ## what the build made
	rm -rf bin

include agents.mk
