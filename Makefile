# make demo: one night on made-up data.  make test: every test.  Both install missing packages.

PREFIX ?= /usr/local
LEADS ?= 100000
ROWS ?= 100000
DAYS ?= 730
SEEDS ?= 100000
FIRST_SEED ?= 1
# 0: every one.
SEQUENCES ?= $(if $(filter 1,$(SEEDS)),1,0)
CHAOS_SECONDS ?= 7200
NIGHTS ?= 1000
REQUESTS ?= 1000000
SOAK_SECONDS ?= 14400
# What `make test-database` tries besides this machine's PostgreSQL: Debian's releases with 13 and 17, and versions that
# PyPI has.
RELEASES ?= bullseye trixie 14.23.0 16.15.0 18.6.0
FUZZ_SECONDS ?= 60
SWIFT ?= swift
PACKAGES := libpq-dev libcsv-dev libsimdjson-dev libboost-dev libcurl4-openssl-dev libxlsxwriter-dev \
  libxml2-dev postgresql python3-venv openssl curl
# Programs with which tests compare the outputs, in .build/tools; from PyPI, exactly these versions.
PYTHON_TOOLS := frictionless==5.21.0 aiosmtpd==1.4.6 duckdb==2.0.0 schemathesis==4.32.5 \
  openapi-python-client==0.29.1 openpyxl==3.1.5 pandas==2.3.3
GRAFANA := grafana-foundation-sdk==1769699998!10.1.0
DBT := dbt-core==1.11.16 dbt-postgres==1.11.0

.PHONY: demo test test-hours simulate chaos soak test-database mutate fuzz lint schema build install bench bench-metrics bench-api bench-vendor bench-attacks monitoring dbt deb test-deb sbom versions setup tools

demo: build
	.build/release/status-sync demo

test: PACKAGES += libreoffice-calc-nogui
test: setup tools
	$(SWIFT) build --build-tests
	$(SWIFT) test --parallel --skip-build

# The suites with dated test data, at each hour of three days and in three time zones; takes hours. HOURS, DATES
# and ZONES select some of them: make test-hours HOURS="02 23" ZONES=UTC
test-hours: PACKAGES += libfaketime
test-hours: setup tools
	$(SWIFT) build --build-tests
	$(if $(HOURS),HOURS="$(HOURS)") $(if $(DATES),DATES="$(DATES)") \
	  $(if $(ZONES),ZONES="$(ZONES)") Tests/Hours/run

# Random fault schedules on fakes: SEEDS of them, from FIRST_SEED on. A failure names its seed;
# SEEDS=1 prints everything that happened in it. With more than one, also every sequence of nights.
simulate: setup
	$(SWIFT) build --build-tests
	SEEDS=$(SEEDS) FIRST_SEED=$(FIRST_SEED) SEQUENCES=$(SEQUENCES) $(SWIFT) test --skip-build \
	  --filter 'everyScheduleKeepsTheInvariants|eachNightContinuesFromTheLast'

# The built program with injected faults, in the quantities of docs/reliability.md. About an hour on two
# cores; each test prints how many cases passed.
chaos: setup
	$(SWIFT) build --build-tests
	CHAOS=1 timeout $(CHAOS_SECONDS) $(SWIFT) test --skip-build \
	  --filter 'StatusSyncTests\.(Kill|Aftermath|Signal|Lock|Storm|Surroundings|Torn)Tests'

# NIGHTS of a small town, a day apart in virtual time, then REQUESTS to `serve` at full speed: sizes of every table, memory,
# descriptors, sessions and files are printed, and have to stay flat.
soak: build
	$(SWIFT) build -c release --product benchmark
	timeout $(SOAK_SECONDS) .build/release/benchmark nights --nights $(NIGHTS)
	$(SWIFT) build --build-tests
	SOAK_REQUESTS=$(REQUESTS) timeout $(SOAK_SECONDS) $(SWIFT) test --skip-build --filter SoakRequestsTests

# The database as people have it, each way tried, as root: the table of docs/operations.md.
test-database: PACKAGES += mmdebstrap
test-database: setup
	$(SWIFT) build --product status-sync
	Tests/Database/run .build/debug/status-sync .build/database $(RELEASES)

# Applies each mutation to a copy of the code below .build; ONLY="name …" selects some of them.
mutate: setup
	ONLY="$(ONLY)" SWIFT="$(SWIFT)" Tests/Mutations/run

# Every parser of external bytes under libFuzzer and the address sanitizer, for FUZZ_SECONDS. Findings are
# kept in .build/fuzz/found and become cases of MutationTests.
fuzz: setup
	STATUS_SYNC_FUZZ=1 $(SWIFT) build --scratch-path .build/fuzz --product fuzz
	mkdir -p .build/fuzz/corpus .build/fuzz/found
	SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 .build/fuzz/debug/fuzz \
	  -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=4096 \
	  -artifact_prefix=.build/fuzz/found/ .build/fuzz/corpus

# Writes sql/schema.sql, the whole schema for readers, from a migrated database.
schema: setup
	$(SWIFT) build --build-tests
	WRITE_GOLDEN=1 $(SWIFT) test --skip-build --filter theSchemaFileIsWhatTheMigrationsMake

lint: setup
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	! grep -rn '^@testable import' Tests | grep -v ' // '
	for patch in Tests/Mutations/*.patch; do git apply --check "$$patch" || exit 1; done

build: setup
	$(SWIFT) build -c release --product status-sync

install: build
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 0755 .build/release/status-sync $(DESTDIR)$(PREFIX)/bin/status-sync

# The Debian package, in .build/deb. Swift's runtime is linked in, so the program runs without Swift.
deb: PACKAGES += debhelper fakeroot lintian
deb: setup
	SWIFT="$(SWIFT)" cron/package/compile .build/package
	cron/package/versions.py Package.resolved
	cron/package/build .build/package/release/status-sync .build/package/checkouts .build/deb
	lintian --fail-on error .build/deb/status-sync_*.deb

# That package in a clean Debian: installed, a night run, upgraded, removed, purged; its units are checked.
test-deb: PACKAGES += mmdebstrap
test-deb: setup
	for unit in cron/*.service; do \
	  systemd-analyze security --no-pager --offline=true --threshold=25 $$unit | tail -n 1 || exit 1; done
	cron/package/test .build/deb/status-sync_*.deb .build/deb/test

# The components of the release build with their licences, as CycloneDX.
sbom: build
	cron/package/versions.py Package.resolved
	cron/package/sbom.py .build/release/status-sync Package.resolved .build/checkouts > .build/sbom.json
	@echo .build/sbom.json

# After a deliberate update of a package: stores the resolved versions, which `make deb` and `make sbom` require.
versions:
	$(SWIFT) package resolve
	cron/package/versions.py --write Package.resolved

# Nights over LEADS leads per side, and over a tenth of them, compared with psql copying the same rows: see
# CONTRIBUTING.md. The last line is one JSON object.
bench: build
	$(SWIFT) build -c release --product benchmark
	.build/release/benchmark --leads $(LEADS)

# The figures of ROWS log rows over DAYS days: computed from the whole log, and after a night with 1 % changed
# leads, compared with DuckDB on the same rows. The last line is one JSON object.
bench-metrics: setup tools
	$(SWIFT) build -c release --product benchmark
	.build/release/benchmark metrics --rows $(ROWS) --days $(DAYS)

# Status changes and webhooks over loopback, ResMan answering after 0, 0.2 and 5 s; about two minutes.
# The last line is one JSON object.
bench-api: PACKAGES += wrk
bench-api: build
	$(SWIFT) build -c release --product benchmark
	.build/release/benchmark api

# The job's CPU time for two nights on the vendors' own interfaces, LEADS leads, two calls at a time; the stand-ins work in
# processes of their own. Prints one JSON object.
bench-vendor: build
	$(SWIFT) build -c release --product benchmark
	.build/release/benchmark vendor --leads $(LEADS)

# The rules for Prometheus in cron/monitoring, and a metrics file of the demo, under promtool; the dashboard, read with
# Grafana's own types.
monitoring: .build/tools/promtool .build/grafana/bin/python
	.build/grafana/bin/python Tests/Monitoring/dashboard.py cron/monitoring/dashboard.json
	.build/tools/promtool check rules cron/monitoring/status-sync.rules.yml
	.build/tools/promtool test rules cron/monitoring/status-sync.rules.test.yml
	$(SWIFT) build --product status-sync
	rm -rf .build/monitoring && .build/debug/status-sync demo --directory .build/monitoring > /dev/null
	cd .build/monitoring && STATUS_SYNC_METRICS_TEXTFILE=metrics.prom ../debug/status-sync run > /dev/null
	.build/tools/promtool check metrics < .build/monitoring/metrics.prom

# promtool from Debian's package, which is not installed, because its service is not wanted.
.build/tools/promtool:
	mkdir -p .build/tools/prometheus && cd .build/tools/prometheus && apt-get download -qq prometheus
	dpkg-deb --fsys-tarfile .build/tools/prometheus/prometheus_*.deb \
	  | tar -xO ./usr/bin/promtool > $@ && chmod +x $@

.build/grafana/bin/python:
	python3 -m venv .build/grafana
	.build/grafana/bin/pip install --quiet --disable-pip-version-check $(GRAFANA)

# reports/dbt under dbt itself, against a real database: half a minute to install, which make test does not take.
dbt: setup .build/dbt/bin/dbt
	$(SWIFT) build --build-tests
	DBT=$(CURDIR)/.build/dbt/bin/dbt $(SWIFT) test --skip-build --filter dbtReadsThemAndTheirTestsHold

.build/dbt/bin/dbt:
	python3 -m venv .build/dbt
	.build/dbt/bin/pip install --quiet --disable-pip-version-check $(DBT)

# How other callers are served while the live API is attacked in one way after another, one minute each.
bench-attacks: setup
	$(SWIFT) build --build-tests
	ATTACK_SECONDS=60 $(SWIFT) test --skip-build --filter AttackTests

tools: setup
	@test "$$(cat .build/tools/installed 2>/dev/null)" = "$(PYTHON_TOOLS)" \
	  || { rm -rf .build/tools && python3 -m venv .build/tools \
	    && .build/tools/bin/pip install --quiet --disable-pip-version-check $(PYTHON_TOOLS) \
	    && echo "$(PYTHON_TOOLS)" > .build/tools/installed; }

# As root, installs missing packages; otherwise prints the command to run.
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
