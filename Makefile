# Everything a contributor or an operator runs. `make help` lists it. Nothing here needs root.
# the first that runs: a name on the PATH may be a shim of a version manager that has no such version
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c 'import venv' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PUBLISHED := tests/node/node_modules/.ready
PARALLEL := -n 2 --dist loadfile

.DEFAULT_GOAL := help

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

$(READY): requirements/dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(PUBLISHED): tests/node/package-lock.json $(READY)
	$(BIN)/python -m tests.node.install
	@touch $@

install: $(READY)  ## Install ACS and its tools into .venv, from the lock files

demo: $(READY)  ## Play the story against a local GitHub (KEEP=1 leaves it running, MODEL=scripted plays plain words too)
	$(BIN)/acs demo $(if $(KEEP),--keep) $(if $(MODEL),--model=$(MODEL))

packages: $(PUBLISHED)  ## Fetch what GitHub publishes about itself, for the contract tests

unit: $(READY)  ## Unit tests: no I/O, seconds
	$(BIN)/pytest tests/unit -q $(PARALLEL)

check: $(READY)  ## Format, lint, types, import rules, unit tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/pytest tests/unit -q $(PARALLEL)

test: check $(PUBLISHED)  ## Every test once, with seeded samples of the long ones
	$(BIN)/pytest tests/contract tests/e2e tests/soak -m "not soak" -q $(PARALLEL)

soak: $(READY)  ## The long counts: kills, attacks
	$(BIN)/pytest tests/soak -q

bench: $(READY)  ## Measure; writes build/bench.json (ONLY=group for one group)
	$(BIN)/python -m tests.bench $(ONLY)

lock:  ## Resolve the lock files again (no index host is written into them)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml -o requirements/runtime.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml --extra dev -c requirements/runtime.lock -o requirements/dev.lock

clean:  ## Remove what was built
	rm -rf build $(VENV) tests/node/node_modules

.PHONY: help install demo packages unit check test soak bench lock clean
