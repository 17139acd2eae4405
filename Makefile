# What one does with this project; `make` alone lists it. Needs make and Python 3.11, 3.12 or 3.13.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

# As the user wrote them, a dollar sign included: the recipes read them from the environment.
override PRESET := $(value PRESET)
override INPUT := $(value INPUT)
override VARS := $(value VARS)
override SQL := $(value SQL)
override TO := $(value TO)
# With `make -C` a relative INPUT starts where the user is.
CALLER := $(value PWD)
export PRESET INPUT VARS SQL TO CALLER PYTHON
export DBT_PROFILES_DIR := $(CURDIR)/profiles
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

python := .venv/bin/python
settings := --preset "$$PRESET" --input "$$INPUT" --vars "$$VARS" --caller "$$CALLER"

.PHONY: help
help: ## List what make can do.
	@echo "make build                            the bundled sample, with all its tests"
	@echo "make build PRESET=online_retail_ii INPUT=online_retail_II.csv VARS='{as_of_date: 2011-11-30}'"
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

.PHONY: build
build: .venv/.installed ## Make the environment if need be, build the warehouse with all tests, publish its marts, say what to ask them.
	@$(python) scripts/warehouse.py build $(settings)

.PHONY: publish
publish: .venv/.installed ## Publish the marts of the warehouse as it is, once its data tests have passed; make build does it too.
	@$(python) scripts/warehouse.py publish $(settings)

.PHONY: query
query: .venv/.installed ## Ask what is published, as in: make query SQL="from marts.fct_segment_profiles" (WORKING=1: what is being built)
	@$(python) scripts/warehouse.py query $(if $(WORKING),--working) "$$SQL"

.PHONY: audiences
audiences: .venv/.installed ## Write the members of every segment and action into the folder audiences, or TO=folder.
	@$(python) scripts/warehouse.py audiences --to "$$TO" --caller "$$CALLER"

.PHONY: report
report: .venv/.installed ## Write the report of what is published: one HTML file with charts, filters and downloads. make build does it too.
	@$(python) scripts/warehouse.py report --to "$$TO" --caller "$$CALLER"

.PHONY: docs
docs: .venv/.installed ## Write the documentation of every table and column as one HTML file.
	@$(python) scripts/warehouse.py docs $(settings)

.PHONY: test
test: .venv/.installed ## Run everything that guards the project: builds, data tests, unit tests, pytest, linters, determinism.
	@$(python) scripts/check.py test

.PHONY: lint
lint: .venv/.installed ## Run the linters alone: sqlfluff, ruff, yamllint, dbt-bouncer.
	@$(python) scripts/check.py lint

.PHONY: reference
reference: .venv/.installed ## Check the figures of public data sets, in the folder CLIENTELE_REFERENCE_DATA.
	@test -d "$$CLIENTELE_REFERENCE_DATA" || { \
		echo "Set CLIENTELE_REFERENCE_DATA to the folder of the public data sets, as in: make reference CLIENTELE_REFERENCE_DATA=~/data" >&2; \
		exit 2; \
	}
	@$(python) -m pytest tests/reference

.PHONY: bench
bench: .venv/.installed ## Run the benchmarks one after another; each prints its ratios.
	@status=0; for script in benchmarks/compare_*.py; do \
		test -e "$$script" || { echo "There is no benchmarks/compare_*.py." >&2; exit 2; }; \
		echo "== $$script"; $(python) "$$script" || status=1; \
	done; exit $$status

.PHONY: lock
lock: .venv/.installed ## Choose the versions of requirements.lock from pyproject.toml again (UPGRADE=1 takes newer ones).
	$$(command -v uv || echo .venv/bin/uv) pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade) --output-file requirements.lock

.PHONY: clean
clean: ## Remove what was built, the environment (.venv) aside.
	rm -rf target logs published report clientele.duckdb clientele.duckdb.wal clientele.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# Made again when the lock or the project has changed, or the folder has been moved.
ifneq ($(shell cat .venv/.installed 2>/dev/null),$(CURDIR))
.PHONY: .venv/.installed
endif
.venv/.installed: requirements.lock pyproject.toml scripts/environment.sh
	@sh scripts/environment.sh
