# The verbs of the project. Python 3.11+, make and the package registries are all it needs.
.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(if $(shell command -v $(name) 2>/dev/null),$(name))))
BIN := .venv/bin
PORTS ?=
FAULTS ?=
export PORTS

.PHONY: help up down status test faults check bench clean

help: ## say what the verbs are
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

.venv/ready: requirements.lock
	$(PYTHON) -m venv .venv
	@echo "installing the Python packages of requirements.lock"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	  || { echo "The packages could not be installed. Check the connection to the package registry, then try again."; exit 1; }
	@touch $@

up: .venv/ready ## build, fetch and start everything; Ctrl-C stops it
	@$(BIN)/python manage.py stack up

down: .venv/ready ## stop everything; the data stays
	@$(BIN)/python manage.py stack down

status: .venv/ready ## say how every process is
	@$(BIN)/python manage.py stack status

test: check ## check, then run all tests against the real components
	@$(BIN)/python -m pytest

faults: .venv/ready ## kill, hold and restart every part 200 times under load (FAULTS="--minutes 30")
	@$(BIN)/python -m tests.faults $(FAULTS)

check: .venv/ready ## lint, types and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready ## measure the line
	@$(BIN)/python manage.py bench line

clean: ## stop everything and remove the data; what was fetched stays
	@if [ -x $(BIN)/python ]; then $(BIN)/python manage.py stack down; $(BIN)/python manage.py stack clean; fi
