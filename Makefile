# Understudy: `make run` starts the studio, `make test` proves it. `make help` lists the rest.

PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run demo test bench campaign screenshots lint lock fmt clean environment environment-dev

help: ## Show this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-7s %s\n' "$$name" "$$text"; done

run: environment ## Start the studio with everything it needs; Ctrl-C stops it
	@exec $(PYTHON) manage.py run

demo: environment ## Make one video without a browser (IMAGE= AUDIO= PROMPT= MODEL= OUT= REASON=)
	@set --; \
	for name in IMAGE AUDIO PROMPT MODEL OUT REASON; do \
		eval "value=\$${$$name-}"; \
		option="--$$(printf '%s' "$$name" | tr '[:upper:]' '[:lower:]')"; \
		[ -z "$$value" ] || set -- "$$@" "$$option=$$value"; \
	done; \
	DATA_DIR="$${DATA_DIR:-var/demo}" exec $(PYTHON) manage.py demo "$$@"

# Bytecode is kept: the tests start hundreds of processes, and each would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

test: lint ## Run every check and every test (ARGS= goes to pytest)
	$(PYTHON) -m pytest -n 4 --dist worksteal $(ARGS)

bench: environment-dev ## Measure speed and cost beside a naive design (ARGS=--quick, --write)
	$(PYTHON) -m tests.benchmarks $(ARGS)

campaign: environment-dev ## Kill, cut off and confuse 500 running jobs, and count at the engine (ARGS=--quick)
	$(PYTHON) -m tests.campaign $(ARGS)

screenshots: environment-dev ## Take the pictures of README and docs anew, by the journey tests
	SCREENSHOTS=$(CURDIR)/docs/screenshots $(PYTHON) -m pytest -q tests/journeys/test_main_job.py tests/journeys/test_inputs_that_work.py tests/journeys/test_review_room.py -k "one_command or storyboard or offered or reason or first_look"

lint: environment-dev ## Run the checks that need no test: style, types, layers, templates, migrations
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m djlint --lint --quiet templates
	@.ci/settings

fmt: environment-dev ## Put the code into the house style
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

lock: environment-dev ## Choose versions anew and write requirements*.txt
	.ci/lock

clean: ## Remove what was installed and cached; var/ with your data stays
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

environment:
	@.ci/environment run

environment-dev:
	@.ci/environment dev
