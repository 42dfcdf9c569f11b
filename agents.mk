# The programs that run on targets: cross-compiled, packed and put where the main program embeds them.
# Without inlining (-l) they are a tenth smaller, and what they do is wait for the system.
AGENT_PLATFORMS ?= linux-amd64 linux-arm64
AGENT_COMMANDS := $(notdir $(wildcard cmd/pylint-deploy-agent*))
AGENT_DIR := executor/agent/builds/embedded

.PHONY: agents
agents: ## the programs that run on targets, packed for embedding
	@set -e; temp=$$(mktemp -d); trap 'rm -rf "$$temp"' EXIT; \
	for command in $(AGENT_COMMANDS); do for platform in $(AGENT_PLATFORMS); do \
	  name=$${command#pylint-deploy-}-$$platform; \
	  CGO_ENABLED=0 GOOS=$${platform%-*} GOARCH=$${platform#*-} \
	    go build -trimpath -gcflags=all=-l -ldflags '-s -w -buildid=' -o "$$temp/$$name" ./cmd/$$command; \
	done; done; \
	go run ./executor/agent/builds/pack $(AGENT_DIR) "$$temp"/*; \
	ls -l $(AGENT_DIR)/*.zst
