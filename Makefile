# make demo: from a fresh clone to a running site with demonstration data.
# make test: everything the tests need, then all the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# The lock holds everything: told to resolve, pip would prefer a newer « pydantic[email] » to the one
# that is locked as « pydantic », the day such a release appears, and then refuse it.
LOCKED := --no-deps --require-hashes -r

# Run again as if the server's clock were elsewhere: what stores, shows or waits for a date must
# not care. On SQLite, which keeps instants as text; PostgreSQL's have their own zone.
# « make test-elsewhere » runs everything so.
CLOCK_TESTS := tests/unit/services/test_french_time.py tests/unit/services/test_document_values.py \
	tests/unit/adapters/test_calendar_times.py tests/integration tests/functional \
	-k "not postgresql and (time or clock or foundation or reminder or rsvp or shift or programme)"

.PHONY: demo test test-elsewhere check bench lock clean

demo: $(VENV)/.demo static/vendor/.installed
	@$(BIN)/python tools/demo.py

test: check
	$(BIN)/python tools/ensure_browser.py
	$(BIN)/python -m pytest -n 2 -q tests
	TZ=America/Toronto $(BIN)/python -m pytest -n 2 -q $(CLOCK_TESTS)

test-elsewhere: $(VENV)/.dev static/vendor/.installed
	$(BIN)/python tools/ensure_browser.py
	TZ=America/Toronto $(BIN)/python -m pytest -n 2 -q tests

check: $(VENV)/.dev static/vendor/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev static/vendor/.installed
	$(BIN)/python -m pytest -q -s tests/bench/directory_search.py tests/bench/directory_import.py \
		tests/bench/board.py tests/bench/badge_pdf.py tests/bench/checkins.py \
		tests/bench/referral_list.py tests/bench/bilan.py tests/bench/van.py \
		tests/bench/convening.py

# Both stamps hold while the files they were made from do not change, so a second run is quick.
$(VENV)/.demo: requirements/build.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	test -e $(VENV)/.dev || $(PIP) $(LOCKED) requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) $(LOCKED) requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo

static/vendor/.installed: package-lock.json package.json tools/vendor.py | $(VENV)/.demo
	$(BIN)/python tools/vendor.py
	@touch $@

# Lock files hold versions and hashes, never an index address.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml
lock: $(VENV)/.dev
	$(LOCK) -o requirements/runtime.txt
	$(LOCK) --extra build -c requirements/runtime.txt -o requirements/build.txt
	$(LOCK) --extra build --extra dev -c requirements/build.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) node_modules static/vendor
