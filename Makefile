# Everything made here lives in .venv/ and is git-ignored. Needs Python 3.11+, pip and make; nothing else.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EMULATOR := .venv-emulator
FRAMEWORKS := .frameworks
BROWSER := .browser
CLIENTS := .clients
PEERS := .peers
TRAILSCRAPER ?= $(PEERS)/trailscraper/bin/trailscraper

.DEFAULT_GOAL := help
.PHONY: help setup zappa emulator frameworks demo test lint types arrows unit e2e canary hostile own-calls fuzz bench bench-policy bench-usage bench-s3 bench-gate bench-secrets peers gate-accuracy audit-accuracy bench-audit event-coverage compare-trailscraper docs lock catalog managed-policies report-screenshot engine-sql spark spark-check spark-cluster-check engine-digests clients recorder-shapes clean

help: ## List the targets.
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(STAMP) ## Install the command, with its fast decoders, into .venv/.

$(STAMP): requirements.lock pyproject.toml hatch_build.py
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q secrets_cli # as pip does for all else it installs: a start takes half as long again without
	@touch $@

demo: setup emulator zappa ## The main job on an AWS of its own on this machine: make demo [DEMO=--fast|--keep].
	@$(BIN)/secrets-cli demo $(DEMO)

test: setup lint types arrows unit ## Everything that must hold before a commit.

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

arrows: setup ## The import contracts.
	$(BIN)/lint-imports

unit: setup
	$(BIN)/python -m pytest -n 2 --dist worksteal

emulator: $(EMULATOR)/.installed ## Install the emulator of AWS into .venv-emulator/; it pins its SDK, so it lives apart.

$(EMULATOR)/.installed: tests/emulator/requirements.lock
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(EMULATOR)
	$(EMULATOR)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

zappa: $(FRAMEWORKS)/zappa/.installed ## Install Zappa and Flask into .frameworks/zappa/.

$(FRAMEWORKS)/zappa/.installed: tests/frameworks/zappa.lock
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(FRAMEWORKS)/zappa
	$(FRAMEWORKS)/zappa/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

frameworks: $(FRAMEWORKS)/.installed ## Install SAM, Zappa and the Serverless Framework, which deploy in tests, into .frameworks/ (needs node and npm).

$(FRAMEWORKS)/.installed: tests/frameworks/requirements.lock tests/frameworks/package-lock.json $(FRAMEWORKS)/zappa/.installed
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	@command -v npm > /dev/null || { echo "make: needs node and npm on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(FRAMEWORKS)/sam
	$(FRAMEWORKS)/sam/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	cp tests/frameworks/package.json tests/frameworks/package-lock.json $(FRAMEWORKS)/
	cd $(FRAMEWORKS) && npm ci --no-audit --no-fund --silent
	@touch $@

clients: $(CLIENTS)/.installed ## Install the AWS CLI and the SDK for JavaScript, whose calls are recorded in tests, into .clients/ (needs node and npm).

$(CLIENTS)/.installed: tests/clients/requirements.lock tests/clients/package-lock.json
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	@command -v npm > /dev/null || { echo "make: needs node and npm on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(CLIENTS)/cli
	$(CLIENTS)/cli/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	cp tests/clients/package.json tests/clients/package-lock.json $(CLIENTS)/
	cd $(CLIENTS) && npm ci --no-audit --no-fund --silent
	@touch $@

recorder-shapes: setup ## Compare the shape of recorded events with real ones: make recorder-shapes LOGS=folder.
	@test -n "$(LOGS)" || { echo "make: say which logs: LOGS=folder" >&2; exit 2; }
	$(BIN)/python -m scripts.recorder_shapes "$(LOGS)"

e2e: setup emulator frameworks clients ## The installed command, from end to end.
	$(BIN)/python -m pytest -m e2e --force-enable-socket tests/e2e

canary: setup emulator ## Each command, each way it can end: where a secret was found beyond what was asked.
	$(BIN)/python -m scripts.canary_matrix

own-calls: setup emulator ## Record the deployed getSecret function's own calls, narrow its roles by them, and print what may go.
	$(BIN)/python -m pytest -m e2e --force-enable-socket -q -s tests/e2e/test_own_calls_e2e.py

hostile: setup ## Try hostile events and faults on the getSecret function, and print what came of each.
	$(BIN)/python -m scripts.hostile_events

peers: $(PEERS)/.installed ## Install checkov and cloudsplaining, each in an environment of its own, into .peers/.

$(PEERS)/.installed: scripts/peers/checkov.lock scripts/peers/cloudsplaining.lock
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(PEERS)/checkov
	$(PEERS)/checkov/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r scripts/peers/checkov.lock
	$(PYTHON) -m venv $(PEERS)/cloudsplaining
	$(PEERS)/cloudsplaining/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r scripts/peers/cloudsplaining.lock
	@touch $@

gate-accuracy: setup peers ## How often the gate and its peers are right on labelled policies: make gate-accuracy LABELS=folder.
	@test -n "$(LABELS)" || { echo "make: say which cases: LABELS=folder with labels.json" >&2; exit 2; }
	$(BIN)/python -m scripts.gate_accuracy "$(LABELS)" --peers $(PEERS)

audit-accuracy: setup ## How often role audit is right about escalation on labelled roles: make audit-accuracy LABELS=folder.
	@test -n "$(LABELS)" || { echo "make: say which cases: LABELS=folder with labels.json" >&2; exit 2; }
	$(BIN)/python -m scripts.audit_accuracy "$(LABELS)"

event-coverage: setup ## How many operations of AWS's APIs the event map knows, by service, and which it does not.
	$(BIN)/python -m scripts.event_coverage --write
	$(BIN)/python -m scripts.build_event_mapping_doc

compare-trailscraper: setup $(TRAILSCRAPER) ## role narrow beside trailscraper on the same logs: make compare-trailscraper LOGS=folder.
	@test -n "$(LOGS)" || { echo "make: say which logs: LOGS=folder" >&2; exit 2; }
	$(BIN)/python -m scripts.compare_trailscraper "$(LOGS)" --trailscraper "$(TRAILSCRAPER)"

fuzz: setup ## A million random pairs of policies against brute force (some 20 minutes on two cores).
	$(BIN)/python -m scripts.fuzz_contain --pairs $(or $(PAIRS),1000000) --seed $(or $(SEED),1) --processes 2

bench: bench-policy bench-usage bench-s3 ## All of it: the policy engine, reading logs, the store, logs in S3 (some 40 minutes on two cores).

bench-policy: setup ## How fast the policy engine is, in counts and times.
	$(BIN)/python -m scripts.bench_evaluate
	$(BIN)/python -m scripts.bench_contain

bench-usage: setup $(TRAILSCRAPER) ## Reading logs and the store beside decompression alone, trailscraper and DuckDB: [LOGS=folder] [EVENTS=2000000].
	$(BIN)/python -m scripts.bench_usage $(LOGS) --events $(or $(EVENTS),2000000) --trailscraper $(TRAILSCRAPER) $(if $(SAVE),--save $(SAVE))

bench-s3: setup ## Many small objects in an S3 on loopback, beside a bare loop of the SDK, with calls throttled: [OBJECTS=50000].
	$(BIN)/python -m scripts.bench_s3 --objects $(or $(OBJECTS),50000) $(if $(SAVE),--save $(SAVE))

$(PEERS)/trailscraper/bin/trailscraper: scripts/peers/trailscraper.lock
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(PEERS)/trailscraper
	$(PEERS)/trailscraper/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench-gate: setup ## The gate on a made-up tree, on one file and on AWS's managed policies: seconds, and against the aims.
	$(BIN)/python -m scripts.bench_gate

bench-audit: setup ## role audit on a made-up account of 10,000 roles with logs: seconds, roles a second, memory.
	$(BIN)/python -m scripts.bench_audit --roles $(or $(ROLES),10000) --events $(or $(EVENTS),300000)

bench-secrets: setup emulator ## Parameters by the thousand, 3 % of the calls throttled: seconds, calls, memory, lost ones.
	$(BIN)/python -m scripts.bench_secrets --retries standard --sizes 250 500 1000
	$(BIN)/python -m scripts.bench_secrets --retries adaptive --sizes 50 200

catalog: setup ## Build the catalog of AWS actions anew from its pinned sources (pip must reach them).
	$(BIN)/python -m scripts.build_catalog

managed-policies: setup ## Take AWS's managed policies anew out of moto, as pinned.
	$(BIN)/python -m scripts.build_managed_policies

report-screenshot: setup $(BROWSER)/.installed ## Pictures of the HTML report of the demo's narrowing, for docs/images/ (uses Chromium, or fetches one).
	$(BIN)/python -m scripts.screenshot_report page $(BROWSER)/narrowing.html
	$(BROWSER)/bin/python scripts/screenshot_report.py shoot $(BROWSER)/narrowing.html docs/images

$(BROWSER)/.installed: scripts/browser/requirements.lock
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(BROWSER)
	$(BROWSER)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	command -v chromium chromium-browser google-chrome google-chrome-stable > /dev/null || $(BROWSER)/bin/playwright install chromium
	@touch $@

engine-sql: setup ## Make the aggregation's SQL for Spark and Athena out of the text for DuckDB.
	$(BIN)/python -m scripts.build_engine_sql

SPARK := .venv-spark

spark: $(SPARK)/.installed ## Install pyspark, and a Java, into .venv-spark/ (some 700 MB).

$(SPARK)/.installed: requirements.lock tests/spark/requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or newer on PATH" >&2; exit 2; }
	$(PYTHON) -m venv $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/spark/requirements.lock
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

spark-check: spark ## Spark on this machine's cores answers as the local engine does, whatever is in the logs.
	$(SPARK)/bin/python -m pytest -m spark --force-enable-socket tests/spark

spark-cluster-check: spark ## So does a cluster of one master and two workers on loopback, also when a worker is killed: LOGS=folder.
	$(SPARK)/bin/python -m scripts.spark_cluster_check $(LOGS)

engine-digests: spark emulator ## What every engine says of one corpus, as a table of digests: [LOGS=folder].
	$(SPARK)/bin/python -m scripts.engine_digests $(LOGS) $(if $(SAVE),--save $(SAVE))

docs: setup ## Write docs/reference/cli.md anew from the commands' help, docs/rules/ from the gate's, the figures of docs/scale.md.
	$(BIN)/python scripts/build_cli_reference.py
	$(BIN)/python -m scripts.build_rule_pages
	$(BIN)/python -m scripts.build_scale_doc

lock: setup ## Resolve the dependencies anew into requirements.lock (needs uv).
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra fast --group dev --output-file requirements.lock pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file tests/emulator/requirements.lock tests/emulator/requirements.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file tests/frameworks/requirements.lock tests/frameworks/requirements.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file tests/frameworks/zappa.lock tests/frameworks/zappa.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file scripts/browser/requirements.lock scripts/browser/requirements.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file tests/spark/requirements.lock tests/spark/requirements.in
	for peer in checkov cloudsplaining trailscraper; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file scripts/peers/$$peer.lock scripts/peers/$$peer.in; done
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--output-file tests/clients/requirements.lock tests/clients/requirements.in
	cd tests/clients && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --silent
	cd tests/frameworks && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --silent

clean: ## Remove what make made.
	rm -rf $(VENV) $(EMULATOR) $(FRAMEWORKS) $(PEERS) $(BROWSER) $(SPARK) $(CLIENTS) .bench dist build
