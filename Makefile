# `make demo` and `make test` do all the set-up by themselves; `make help` lists the rest.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint format serve eval bench chaos soak pictures check-pages lock clean

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.installed  ## run the seed story, offline, into demo-output/
	@$(BIN)/storydelta demo

test: $(VENV)/.installed-dev lint  ## everything that has to hold: lint, types, layers, tests
	$(BIN)/pytest

lint: $(VENV)/.installed-dev  ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev  ## mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(VENV)/.installed  ## run every story in stories/ on its schedule, with a status page
	@$(BIN)/storydelta serve

EVAL ?= ../shared/eval
DATA ?= ../shared/data

eval: $(VENV)/.installed  ## measure the engine and the ledger on the evaluation sets (EVAL=…, DATA=…)
	$(PYTHON) $(EVAL)/evaluate.py all --data $(DATA) --command "$(abspath $(BIN)/storydelta)" --jobs 2

BENCHES := engine number_readers ledger growth render sources scale overhead backfill size

bench: $(VENV)/.installed-dev  ## measure speed, memory and size; JSON on standard output (about an hour)
	@for part in $(BENCHES); do $(BIN)/python -m bench.$$part || exit 1; done

chaos: $(VENV)/.installed-dev  ## kill runs at random instants and count what is lost or doubled
	$(BIN)/python -m bench.chaos
	$(BIN)/python -m bench.outbox
	$(BIN)/python -m bench.rivals

soak: $(VENV)/.installed-dev  ## a simulated month of runs with faults
	$(BIN)/python -m bench.soak

pictures: $(VENV)/.installed  ## the pictures in docs/ (needs chromium)
	$(BIN)/storydelta demo --folder build/pages
	STORYDELTA_HOME=build/pages STORYDELTA_STORIES=build/pages/stories $(BIN)/storydelta site
	$(BIN)/python tests/site/take_pictures.py build/pages docs

check-pages: pictures  ## look the pages over with axe, html-validate and caniemail (needs node and chromium)
	npm install --silent --no-audit --no-fund --prefix build/npm axe-core@4 caniemail@2 html-validate@10
	$(BIN)/python tests/site/check_pages.py --tools build/npm/node_modules build/pages/site build/pages/digests
	$(BIN)/python tests/delivery/check_mail.py build/pages build/npm/node_modules/caniemail docs/mail.md

lock:  ## pin the dependencies anew (needs uv)
	uv pip compile pyproject.toml --group build --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" -q -o requirements.lock
	uv pip compile pyproject.toml --group build --group dev --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" -q -o requirements-dev.lock

clean:  ## remove what was made
	rm -rf $(VENV) demo-output build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.installed
