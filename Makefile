# hubtree: `make help` lists the targets. Everything a target needs, it installs itself.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
export HUBTREE_HOME ?= $(CURDIR)/hubtree-data

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.uv:
	$(PYTHON) -c 'import sys; sys.exit("hubtree needs Python 3.11 or newer; set PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

# The lock names versions only, no index: every user's own index setting applies.
$(VENV)/.run: $(VENV)/.uv requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --constraint requirements.lock --editable '.[airflow,checks,plots]'
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --constraint requirements.lock --editable '.[airflow,checks,plots,lake,objects,spark,dev,fuzz]'
	touch $@

$(VENV)/.audit: $(VENV)/.uv requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock pip-audit
	touch $@

$(VENV)/.mutants: $(VENV)/.dev
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint requirements.lock mutmut
	touch $@

install: $(VENV)/.run ## set up the environment for the nightly job

lock: $(VENV)/.uv ## resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-header --no-annotate --upgrade pyproject.toml -o requirements.lock

lint: $(VENV)/.dev ## formatter, linter, types and import layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The dashboard's tests need a browser; where it can't be installed they skip and say so.
$(VENV)/.browser:
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; } \
		|| echo 'no Chromium, and apt-get may not install it here: the tests of the dashboard in a browser will skip'
	@mkdir -p $(VENV) && touch $@

# The tests of a shared landing zone start a Postgres of their own.
$(VENV)/.postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
		|| { apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql >/dev/null; } \
		|| echo 'no Postgres, and apt-get may not install it here: the tests of a shared landing zone will skip'
	@mkdir -p $(VENV) && touch $@

# Spark runs on Java; PySpark's wheel brings the rest.
$(VENV)/.java:
	@{ test -x "$$JAVA_HOME/bin/java" || command -v java >/dev/null; } \
		|| { apt-get update -qq && apt-get install -qq -y --no-install-recommends default-jre-headless >/dev/null; } \
		|| echo 'no Java, and apt-get may not install it here: the tests of builds on Spark will skip'
	@mkdir -p $(VENV) && touch $@

# One worker more than there are cores: tests wait a quarter of their time for processes they started.
test: lint $(VENV)/.browser $(VENV)/.postgres $(VENV)/.java ## all checks and tests, with their own set-up
	$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist loadfile --no-loadscope-reorder

cluster: $(VENV)/.dev $(VENV)/.postgres $(VENV)/.java ## several machines on one landing zone, builds on Spark, Airflow by several workers; parts killed at random
	$(BIN)/python -m pytest --durations=0 --durations-min=1 tests/lake tests/objects tests/spark tests/dags/test_workers_on_postgres.py --every-fault

faults: $(VENV)/.dev ## every failure of the fault tests, and the hostile tests; make test takes a selection
	$(BIN)/python -m pytest -n auto --dist loadfile tests/faults tests/hostile tests/crawl/test_crawl_kill.py \
		tests/crawl/test_crawl_faults.py tests/dags/test_make_run.py tests/dags/test_three_nights.py --every-fault

ui: $(VENV)/.dev $(VENV)/.browser ## start Airflow, trigger a night by its form in a browser, and wait until it ends green
	$(BIN)/python -m pytest tests/dags/test_make_up_page.py --every-fault

fuzz: $(VENV)/.dev ## fuzz cards, merge configurations, listing and detail items, ten minutes each; FUZZ='--seconds 3600' for longer
	@$(BIN)/python -m tests.fuzz.fuzzing all $(FUZZ)

mutants: $(VENV)/.mutants ## mutation testing of cards and lineage on a fixed sample; takes hours; MUTANTS='--sample 50' for fewer
	@nice -n 19 $(BIN)/python -m ops.mutants $(MUTANTS)

audit: $(VENV)/.audit ## advisories against the versions in requirements.lock, where they can be reached
	@$(BIN)/python -m ops.audit

docs: $(VENV)/.run ## write the pages of docs/reference/ anew from the code
	@$(BIN)/python -m ops.reference

bench: $(VENV)/.run ## speed and memory as ratios to named yardsticks, in one run
	@$(BIN)/python -m benchmarks $(BENCH)

scale: $(VENV)/.run ## whole nights and lineage of planted hubs up to 3,000,000 models, and a year of nights; takes hours
	@$(BIN)/python -m benchmarks --rounds 1 --only scale whole year $(BENCH)

run: $(VENV)/.run ## the nightly job on an embedded hub of planted models, from nothing to a published file
	@$(BIN)/python -m ops.run

up: $(VENV)/.run ## start a local Airflow with the DAGs on schedule
	@$(BIN)/python -m ops.up

down: $(VENV)/.run ## end the Airflow that make up started
	@$(BIN)/python -m ops.down

logs: ## follow the logs of the Airflow that make up started
	@tail -n 20 -F "$(HUBTREE_HOME)"/airflow/services/*.log

clean: ## delete the environment (data stays)
	rm -rf $(VENV)

.PHONY: help install lock lint test cluster faults ui fuzz mutants audit docs bench scale clean
.PHONY: run up down logs
