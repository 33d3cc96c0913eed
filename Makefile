# make run and make test are all one needs; the rest is for daily work. Each installs or builds what it misses.

GOLANGCI_LINT_VERSION := v2.15.0
GOTESTSUM_VERSION := v1.13.0

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILD := CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags "-s -w -X main.version=$(VERSION)"

# Arguments for the program behind run and bench: make run ARGS="--listen 127.0.0.1:9000 --fresh"
ARGS ?=

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check bench chaos race bench-peers e2e build lint fmt setup-run setup-test browser tools

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /  make \1\t/' | expand -t 16

run: setup-run build ## the demo on http://localhost:8080
	@exec bin/tussentijds demo $(ARGS)

# The browsers come last and by themselves: beside them whatever looks at a clock would have to wait for a processor.
test: setup-test lint browser build tools ## everything: lint, unit, database, worker and browser tests
	@bin/tools/gotestsum --format pkgname --format-hide-empty-pkg -- -p 2 -count=1 -timeout 15m $$(go list ./... | grep -v /tests/browser)
	@bin/tools/gotestsum --format pkgname -- -count=1 -parallel 4 -timeout 20m ./tests/browser

check: lint ## quick: vet, lint, and the tests that need no servers
	@go vet ./...
	@go test -short ./...

bench: setup-run ## our speed next to the floors, as ratios, into bench/latest.json
	@go run -tags timetzdata ./bench $(ARGS)

chaos: setup-run ## kill everything at random while reminders fall due, eight minutes long: nothing may be lost
	@go run -tags timetzdata ./tests/chaos

race: setup-run ## forty changes of each kind (RACE=1000: a thousand) against sending: nothing goes after its cause has gone
	@RACE=$${RACE:-40} go test ./care -run TestNothingIsSentAfterItsCauseHasGone -v -count=1 -timeout 120m

bench-peers: setup-test browser ## our reports next to a browser that prints the same
	@go run -tags timetzdata ./bench peers

e2e: setup-test browser build ## the browser tests alone
	@go test ./tests/... -run Browser -count=1 -parallel 4 -timeout 20m

build: ## the static program in bin/
	@$(BUILD) -o bin/tussentijds ./cmd/tussentijds

lint: bin/tools/golangci-lint-$(GOLANGCI_LINT_VERSION) ## linters and formatting
	@bin/tools/golangci-lint run --timeout 10m

fmt: bin/tools/golangci-lint-$(GOLANGCI_LINT_VERSION) ## format all Go code
	@bin/tools/golangci-lint fmt

tools: bin/tools/gotestsum-$(GOTESTSUM_VERSION) bin/tools/golangci-lint-$(GOLANGCI_LINT_VERSION)

bin/tools/golangci-lint-$(GOLANGCI_LINT_VERSION):
	@scripts/tool.sh golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint $(GOLANGCI_LINT_VERSION)
	@touch $@

bin/tools/gotestsum-$(GOTESTSUM_VERSION):
	@scripts/tool.sh gotestsum gotest.tools/gotestsum $(GOTESTSUM_VERSION)
	@touch $@

setup-run:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

browser: tests/browser/node_modules/.package-lock.json

tests/browser/node_modules/.package-lock.json: tests/browser/package.json tests/browser/package-lock.json
	@cd tests/browser && npm ci --no-audit --no-fund --loglevel=error --no-progress >/dev/null
	@touch $@
