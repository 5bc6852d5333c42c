# The commands a newcomer needs. `make demo` and `make test` set themselves up.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: .venv demo test check fix bench

# Only locked, hash-checked packages; the project itself is put in place without touching the network.
.venv: .venv/ready

.venv/ready: deploy/requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Hài lòng needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement deploy/requirements-dev.txt
	$(PYTHON) -c 'import pathlib; next(pathlib.Path(".venv").glob("lib/python*/site-packages")).joinpath("hailong.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	printf '#!/bin/sh\nexec "%s/$(BIN)/python" -m web "$$@"\n' "$(CURDIR)" > $(BIN)/hailong && chmod +x $(BIN)/hailong
	$(BIN)/python -m compileall -q sla feedback ranking web
	touch $@

demo: .venv
	$(BIN)/hailong demo

# A file of tests at a time to each core, which has servers and a browser of its own.
test: .venv
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

check: .venv
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv
	$(BIN)/python -m benchmarks
