# 年味 Nianwei. `make` alone prints what there is.
#
# The product is built without cgo, so Go and Node are all it takes; only the race
# detector needs a C compiler.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

export CGO_ENABLED ?= 0

BIN      := bin/nianwei
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
PKG      ?= ./...
# Package test binaries that run at once, and tests that run at once in each.
P        ?= 2
PARALLEL ?= 4
FUZZTIME ?= 20s
BENCH    ?= .
# Plays of each measurement of the hot path.
PLAYS    ?= 30000

H5      := web/worker/dist/build/h5/index.html
MP      := web/worker/dist/build/mp-weixin/app.json
CONSOLE := web/console/dist/index.html

# What a client's build depends on: everything in its folder that is not made.
client_sources = $(shell find web/$(1) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help
help: ## Print this help
	@echo "年味 Nianwei: make TARGET"
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nVariables: PKG=./service/redraw/... P=2 PARALLEL=4 FUZZTIME=20s BENCH=Plays PLAYS=30000\n'

##@ Use
.PHONY: run
run: build ## Start the product in the sandbox, on SQLite in ./data (needs only Go and Node)
	@$(BIN) serve

.PHONY: build
build: web ## Build bin/nianwei with both clients inside
	@go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

.PHONY: web
web: $(H5) $(CONSOLE) ## Build both clients, if their sources changed

.PHONY: mp
mp: $(MP) ## Build the mini-program into web/worker/dist/build/mp-weixin

# npm ci empties node_modules and writes this file when it is done.
web/%/node_modules/.package-lock.json: web/%/package-lock.json web/%/package.json
	@echo "web/$*: npm ci"
	@cd web/$* && npm ci --prefer-offline --no-audit --no-fund --loglevel=error
	@touch $@

$(H5): web/worker/node_modules/.package-lock.json $(call client_sources,worker)
	@echo "web/worker: build for the WeChat webview"
	@scripts/quiet.sh npm --prefix web/worker run build:h5
	@touch $@ web/worker/dist/build/h5/.keep

$(MP): web/worker/node_modules/.package-lock.json $(call client_sources,worker)
	@echo "web/worker: build for the mini-program"
	@scripts/quiet.sh npm --prefix web/worker run build:mp-weixin
	@touch $@

$(CONSOLE): web/console/node_modules/.package-lock.json $(call client_sources,console)
	@echo "web/console: build"
	@scripts/quiet.sh npm --prefix web/console run build
	@touch $@ web/console/dist/.keep

##@ Test
.PHONY: test
test: deps vet test-go-services vectors test-web test-e2e ## Everything: installs what the tests need, then Go, clients, browser

.PHONY: deps
deps: ## Install MariaDB, Redis, ffmpeg, Chromium and a Chinese font, if missing
	@scripts/install-test-deps.sh

.PHONY: vet
vet: web
	@go vet ./...

.PHONY: test-go-services
test-go-services: web
	@scripts/with-services.sh go test -p $(P) -parallel $(PARALLEL) -timeout 15m $(PKG)

.PHONY: test-go
test-go: ## Go tests alone, on SQLite and MariaDB, without the pages: make test-go PKG=./service/redraw/...
	@scripts/with-services.sh go test -tags no_ui -p $(P) -parallel $(PARALLEL) -timeout 15m $(PKG)

.PHONY: vectors
vectors: ## Check the offline verifier against the published test vectors of redraw/v1
	@go run ./cmd/drawcheck vectors cmd/drawcheck/testdata/vectors.json

.PHONY: test-web
test-web: web/worker/node_modules/.package-lock.json web/console/node_modules/.package-lock.json $(MP) ## Types and unit tests of both clients, and the mini-program's build
	@scripts/web.sh typecheck
	@scripts/web.sh test
	@scripts/web.sh check:mp

.PHONY: test-e2e
test-e2e: build web/e2e/node_modules/.package-lock.json ## Drive the pages in a real browser against a real server
	@NIANWEI_BIN=$(CURDIR)/$(BIN) scripts/with-services.sh npm --prefix web/e2e test

.PHONY: race
race: ## Go tests under the race detector (needs a C compiler; takes long)
	@CGO_ENABLED=1 scripts/with-services.sh go test -race -tags no_ui -p $(P) -parallel $(PARALLEL) -timeout 30m $(PKG)

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME
	@FUZZTIME=$(FUZZTIME) scripts/fuzz.sh $(PKG)

.PHONY: bench
bench: ## Measure each package, then the hot path over HTTP on both databases; BENCH=Plays for the latter alone
	@BENCH='$(BENCH)' PLAYS=$(PLAYS) scripts/bench.sh

##@ Keep in order
.PHONY: lint
lint: ## Check style, architecture rules, shell scripts and the clients' types
	@scripts/lint.sh

.PHONY: fmt
fmt: ## Format Go code
	@gofmt -w $$(scripts/go-files.sh)

.PHONY: generate
generate: ## Make everything that is made from api/openapi.yaml
	@scripts/generate.sh

.PHONY: verify
verify: ## Prove that generated files, golden files, the contract and go.mod are fresh
	@scripts/verify.sh

.PHONY: docker-steps
docker-steps: ## Run the Dockerfile's build steps without Docker, into bin/image
	@scripts/docker-steps.sh bin/image

.PHONY: clean
clean: ## Delete what was built (not ./data, not node_modules)
	@rm -rf bin
	@find web/worker/dist web/console/dist -type f ! -name .keep -delete
	@find web/worker/dist web/console/dist -type d -empty -delete
