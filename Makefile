# Every target sets up what it needs: .venv comes from the lock file, hash by hash.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := ../shared/data

# Real headlines and feeds to measure against, where somebody has them; what needs them says "skipped: no data" otherwise.
ifneq ($(wildcard $(DATA)/detect.jsonl),)
export PINKSLIP_DATA ?= $(abspath $(DATA))
endif

.PHONY: install demo test run check faults bench bench-peers lock picture clean

install: $(VENV)/installed

$(VENV)/installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "there is no $(PYTHON) here. Say make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "pinkslip needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version`. Say make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.lock names into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1 --require-hashes -r requirements.lock >$(VENV)/pip.log 2>&1 \
	  || { if grep -qiE 'Retrying|NewConnectionError|NameResolution|Connection refused' $(VENV)/pip.log; \
	       then echo "no package index can be reached: connect to a network, or set PIP_INDEX_URL. (pip said more: $(VENV)/pip.log)"; \
	       else echo "could not install: `grep -m1 ERROR $(VENV)/pip.log || tail -n1 $(VENV)/pip.log` (pip said more: $(VENV)/pip.log)"; fi; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . >>$(VENV)/pip.log 2>&1 \
	  || { tail -n3 $(VENV)/pip.log; exit 1; }
	@touch $@

demo: install
	@$(BIN)/pinkslip demo

test: install
	@$(BIN)/python -m pytest -n 3 --dist loadgroup

run: install
	@$(BIN)/pinkslip --config config run

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Minutes: what the suite does in small, done at length. PINKSLIP_KILLS=1000 for a night.
faults: install
	@PINKSLIP_KILLS=$${PINKSLIP_KILLS:-100} PINKSLIP_EXAMPLES=$${PINKSLIP_EXAMPLES:-20000} PINKSLIP_SOAK=$${PINKSLIP_SOAK:-3} PINKSLIP_LONG=1 \
	  $(BIN)/python -m pytest -s tests/faults tests/network tests/test_ledger.py tests/test_journal.py tests/test_headers.py \
	  tests/scrapers/test_hostile_urls.py tests/scrapers/test_hostile_feeds.py

# Ratios against a peer in the same run; absolute figures mean nothing on another machine.
bench: install
	@$(BIN)/python -m tests.bench.bench

# What the bench measures against, apart from the project: none of it is a dependency.
bench-peers:
	@$(PYTHON) -m venv .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check reader sgmllib3k

# The picture in the README, drawn from a real run.
picture: install
	@$(BIN)/pinkslip demo --picture docs/demo.svg

lock:
	@uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header -o requirements.lock

clean:
	rm -rf $(VENV) .venv-bench var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
