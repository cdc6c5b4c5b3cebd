# The whole of Samarbete's daily work. Paths are relative, so a checkout may lie anywhere; `make help` prints the list.

PYTHON ?= python3
# What is exported for the service holds here too, unless PORT= or DATA= is typed.
PORT := $(or $(SAMARBETE_PORT),$(PORT),8000)
DATA := $(or $(SAMARBETE_DATA),$(DATA),./data)
EMAIL ?=
SIDE ?=
CUSTOMERS ?=
SCALE ?= 50
ARGS ?=

PY := .venv/bin/python
VENV := .venv/.created
SERVER := .venv/.server-installed
NODE := .venv/.node-installed
DEV := .venv/.dev-installed
GRAPHIQL := web/graphiql/dist/index.html
GRAPHIQL_SOURCES := $(shell find web/graphiql -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
# One installation at a time, where the machine can tell; a second make waits, and then finds the work done.
ONE_AT_A_TIME := $(if $(shell command -v flock),flock .make/lock)
WITH_NODE := PATH="$(CURDIR)/.venv/bin:$$PATH"
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --quiet --require-hashes
LOCK := $(PY) -m piptools compile $(if $(UPGRADE),--upgrade)
# What is locked alone, without the server: one of the optional groups, by its name.
GROUP := import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")
# Each process takes one test after the other, not a portion of them, or the last would be alone for a while.
PARALLEL := -n auto --maxschedchunk 1
COVERAGE := $(PY) -m coverage report --fail-under=100

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run token demo walk graphiql test test-fast soak lint format types schema docs lock clean check install

help: ## print this list
	@echo "Samarbete. Usage: make TARGET [NAME=value]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

# --- Running it

run: $(SERVER) $(GRAPHIQL) ## install, build, migrate, load the demo world into a new DATA=./data, and serve on PORT=8000
	@$(LOAD_WHEN_NEW)
	@exec $(PY) cli.py serve

token: $(SERVER) ## print a bearer token: EMAIL=anna@nordbyran.example [SIDE=OFFICE|COMPANY] [DATA=./data]
	@$(if $(EMAIL),,echo "make token needs EMAIL=, for example EMAIL=anna@nordbyran.example" >&2; exit 2;) \
	exec $(PY) cli.py token "$(EMAIL)" $(if $(SIDE),--side "$(SIDE)")

demo: $(SERVER) ## load the demo world into DATA=./data; CUSTOMERS=100000 adds generated ones
	@exec $(PY) cli.py demo $(if $(CUSTOMERS),--customers "$(CUSTOMERS)")

walk: $(DEV) ## start a fresh server and follow collaborations through it: three approvals, an end, newer terms
	@exec $(PY) -m tests.support.walk

graphiql: $(GRAPHIQL) ## build GraphiQL with Node from its wheel

run token demo: export SAMARBETE_DATA := $(DATA)
run: export SAMARBETE_PORT := $(PORT)

# A new directory is an absent or empty one; an interrupted loading is done again, which the demo world allows.
define LOAD_WHEN_NEW
if [ -z "$$(ls -A "$(DATA)" 2>/dev/null)" ] || [ -e "$(DATA)/.loading" ]; then \
	mkdir -p "$(DATA)" && touch "$(DATA)/.loading" && $(PY) cli.py demo && rm "$(DATA)/.loading"; \
fi
endef

# --- Checking it

test: $(DEV) ## every check and every test there is; what CI runs
	@$(MAKE) --jobs 4 --output-sync check $(GRAPHIQL)
	@$(PY) -m pytest $(PARALLEL) --cov --cov-report= tests/domain
	@$(COVERAGE) >.make/coverage || { cat .make/coverage; exit 1; }
	@$(PY) -m pytest $(PARALLEL) --ignore tests/domain $(ARGS)

test-fast: $(DEV) ## the inner loop: no PostgreSQL, browser, kills or fresh clones; ARGS= for pytest
	@$(PY) -m pytest $(PARALLEL) -m "not postgresql and not browser and not slow" $(ARGS)

soak: $(DEV) ## for hours: SCALE=50 seeds of 10,000 steps of the model and 20,000 inputs of the fuzzer, on each database; goes on where it was interrupted
	@$(PY) -m tests.soak $(SCALE)

check: lint types $(DEV) ## lint, types, and the printed files compared with the code
	@$(PY) cli.py schema --check
	@$(PY) cli.py docs --check

lint: $(DEV) ## find faults of style and form
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: $(DEV) ## mend what can be mended of them
	@$(PY) -m ruff check --fix-only .
	@$(PY) -m ruff format .

types: $(DEV) ## find faults of types
	@$(PY) -m mypy

# --- Keeping it

schema: $(SERVER) ## print schema/schema.graphql
	@$(PY) cli.py schema

docs: $(SERVER) ## print the pages that come from the code: the lifecycle's diagram, the table of settings
	@$(PY) cli.py docs

lock: $(DEV) ## lock the dependencies anew as pyproject.toml asks; UPGRADE=1 takes the newest
	@$(LOCK) -o requirements/server.txt pyproject.toml
	@$(PY) -c '$(GROUP)' node | $(LOCK) -c requirements/server.txt -o requirements/node.txt -
	@$(PY) -c '$(GROUP)' clients | $(LOCK) -o requirements/clients.txt -
	@$(LOCK) -c requirements/server.txt -c requirements/node.txt --extra node --extra dev -o requirements/dev.txt pyproject.toml
	@rm -rf samarbete.egg-info

install: $(SERVER) $(NODE) $(DEV) ## install everything that is locked, for an editor to find

clean: ## remove what was installed and built; the data directory stays
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* web/graphiql/dist
	find . -name node_modules -prune -exec rm -rf {} + -o -name __pycache__ -prune -exec rm -rf {} +

# --- What the targets stand on; everything is said on standard error, so that `make token` prints a token only

.make:
	@mkdir -p $@

$(VENV): | .make
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Samarbete needs Python 3.11 or newer: make PYTHON=python3.11")'
	@$(ONE_AT_A_TIME) $(PYTHON) -m venv .venv >&2 || { echo "On Debian: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(SERVER): requirements/server.txt | $(VENV)
	@echo "Installing what the server needs" >&2
	@$(ONE_AT_A_TIME) $(PIP) -r $< >&2
	@touch $@

$(NODE): requirements/node.txt | $(VENV)
	@echo "Installing Node" >&2
	@$(ONE_AT_A_TIME) $(PIP) -r $< >&2
	@touch $@

$(DEV): requirements/dev.txt | $(VENV)
	@echo "Installing what the checks need" >&2
	@$(ONE_AT_A_TIME) $(PIP) -r $< >&2
	@touch $@ $(SERVER) $(NODE)

$(GRAPHIQL): $(GRAPHIQL_SOURCES) | $(NODE)
	@echo "Building GraphiQL" >&2
	@$(ONE_AT_A_TIME) env $(WITH_NODE) npm --prefix web/graphiql ci --no-audit --no-fund --loglevel=error >&2
	@$(ONE_AT_A_TIME) env $(WITH_NODE) npm --prefix web/graphiql run --silent build >&2
	@touch $@
