# Everything a contributor runs. On Windows the README gives the same steps without make.

# Set PYTHON to choose an interpreter; it needs to be 3.11 or later.
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
EXTRAS := dev,postgres,maintenance,notify,sync,encrypted,xlsx,plots,templates
CATALOGUE := noc_console/locale
POT := $(VENV)/noc.pot

.DEFAULT_GOAL := help
.PHONY: help run demo test lint bench soak docs pictures locale clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## Open the console (without a terminal: list the open tickets)
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/noc; else $(BIN)/noc ticket list; fi

demo: $(VENV)/.installed ## Practise: make a training store with a believable day and open the console on it
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/noc demo; else $(BIN)/noc demo --no-console; fi

test: lint ## Check style, types and layers, then run the tests
	$(BIN)/pytest -n 2

lint: $(VENV)/.installed-for-tests ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-for-tests ## Measure the figures of docs/performance.md
	$(BIN)/python -m benchmarks

soak: $(VENV)/.installed-for-tests ## Throw mutated input at every parser for a minute each (SECONDS=60)
	$(PIP) -e '.[soak]' >&2
	$(BIN)/python -m benchmarks.soak --seconds $(or $(SECONDS),60)

docs: $(VENV)/.installed-for-tests ## Write the generated pages of docs/
	$(BIN)/python docs/generate.py

pictures: $(VENV)/.installed-for-tests ## Take the pictures and recordings of docs/ anew
	$(BIN)/python docs/shoot.py
	$(BIN)/python docs/record.py
	$(BIN)/python docs/diagnose.py

# No dates, places or fuzzy guesses: the catalogue changes only when a message does.
locale: $(VENV)/.installed-for-tests ## Bring the message catalogues up to date and compile them
	$(BIN)/pybabel --quiet extract --no-location --sort-output \
		--project=noc-console --msgid-bugs-address=noc-console -o $(POT) noc_console
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--domain=noc -i $(POT) -d $(CATALOGUE)
	$(BIN)/pybabel --quiet compile --domain=noc -d $(CATALOGUE)

clean: ## Remove the environment and all caches
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec "$$python" -m venv $(VENV); \
		fi; \
	done; \
	echo "No Python 3.11 or later was found; name one: make PYTHON=/path/to/python3" >&2; exit 1

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e . >&2
	@touch $@

$(VENV)/.installed-for-tests: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) -e '.[$(EXTRAS)]' >&2
	@touch $@ $(VENV)/.installed
