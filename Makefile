# `make` lists what there is to do. On a fresh Debian with Swift, `make demo` and `make test` need nothing else first.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
# Options for Benchmarks/bench.py, say BENCH="--captures http --repetitions 3".
BENCH ?=
# What `make captures` records with: a Python that has the modules which Captures/record names.
PYTHON ?= python3
# Options for `swift test`, say TEST="--filter Streams".
TEST ?=
# How long each fuzz target runs, and which: all unless named, say TARGETS="dns quic".
SECONDS ?= 60
TARGETS ?=

BINARY := .build/release/leakwire
# The binary then runs where no Swift is installed; macOS has the library in the system.
STATIC := $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib)
SHARED := $(DESTDIR)$(PREFIX)/share/leakwire

.DEFAULT_GOAL := help
.PHONY: help setup build demo test lint fuzz bench captures expected install uninstall clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the system libraries that are missing (Debian; asks sudo when not root)
	@scripts/setup

build: setup ## build the release binary, .build/release/leakwire
	$(SWIFT) build --configuration release $(STATIC) --product leakwire

demo: build ## build, then replay the bundled captures and show what is found in each
	@scripts/demo

test: setup ## build everything for debugging and run all tests
	$(SWIFT) test $(TEST)

lint: ## check the format of the sources, and the signatures where the binary is built
	$(SWIFT) format lint --strict --recursive --parallel --configuration .swift-format Package.swift Sources Tests \
	  Fuzz/Sources
	@if [ -x $(BINARY) ]; then $(BINARY) signatures lint; else echo "lint: signatures not checked: run make build first"; fi

fuzz: setup ## run every fuzz target for SECONDS (60) each; findings in .build/fuzz/findings
	SWIFT="$(SWIFT)" Fuzz/run --seconds $(SECONDS) $(TARGETS)

bench: build ## measure replay against a bare libpcap loop and tshark (writes 4 GiB to .build/bench)
	Benchmarks/bench.py $(BENCH)

captures: ## record the bundled captures anew (root, see Captures/record), then replay them into the expected events
	$(PYTHON) Captures/record
	@$(MAKE) --no-print-directory expected

expected: ## replay the bundled captures into the expected events, showing what changes
	Captures/expect

$(BINARY):
	@$(MAKE) --no-print-directory build

install: | $(BINARY) ## install binary and signatures under PREFIX (/usr/local), below DESTDIR if given
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARED)
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/leakwire
	rm -rf $(SHARED)/Signatures
	cp -R Signatures $(SHARED)/Signatures
	chmod -R u=rwX,go=rX $(SHARED)

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/leakwire
	rm -rf $(SHARED)

clean: ## remove everything that was built, benchmark captures too
	rm -rf .build
