# make demo: one night from nothing.  make test: every test.  Both install what is missing.

PREFIX ?= /usr/local
LEADS ?= 100000
SWIFT ?= swift
PACKAGES := libpq-dev libcsv-dev libsimdjson-dev libboost-dev postgresql

.PHONY: demo test lint build install bench setup

demo: build
	.build/release/status-sync demo

test: setup
	$(SWIFT) build --build-tests
	$(SWIFT) test --parallel --skip-build

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

build: setup
	$(SWIFT) build -c release --product status-sync

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 0755 .build/release/status-sync $(DESTDIR)$(PREFIX)/bin/status-sync

bench: build
	$(SWIFT) build -c release --product benchmark
	.build/release/benchmark --leads $(LEADS)

# Root installs what is missing; anybody else is told the one command.
setup:
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
	    || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing; \
	  else \
	    echo "Please run: sudo apt-get install$$missing" >&2; exit 1; \
	  fi; \
	fi
