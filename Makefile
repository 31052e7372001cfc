# Two commands: `make run` cleans data/raw into data/clean, `make test` runs the tests. Each sets up what it needs from the lock files first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv installs in seconds what takes pip a minute; where it cannot be had, pip reads the same lock file.
INSTALL = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) || $(BIN)/pip install --quiet --require-hashes -r $(1)

.PHONY: run test lint check-wheel lock browser clean

run: $(VENV)/.run
	$(BIN)/copydesk run

# One part of the tests: make test T=tests/test_ledger.py
test: $(VENV)/.dev browser
	$(BIN)/pytest -n 2 --dist loadfile $(T)

# Everything that is not a test: rules of style, types, and the formatter.
lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The same suite against the built wheel, in an environment of its own, away from the sources.
check-wheel: $(VENV)/.dev
	sh tests/wheel.sh

# Read pyproject.toml anew and write the lock files; commit what changes.
lock: $(VENV)/.uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade -o requirements/dev.txt
	$(BIN)/uv pip compile pyproject.toml -c requirements/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group fit -c requirements/dev.txt --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade -o requirements/fit.txt

# The report's tests drive Debian's Chromium. Without root they are skipped, and say so.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || true

clean:
	rm -rf $(VENV) data/clean/documents data/clean/runs data/clean/reports data/clean/.copydesk

$(VENV)/.uv: requirements/uv.txt
	$(PYTHON) -m venv $(VENV)
	-$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.uv
	$(call INSTALL,requirements/run.txt)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable . || $(BIN)/pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(call INSTALL,requirements/dev.txt)
	touch $@
