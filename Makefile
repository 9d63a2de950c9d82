# Each target sets up what it needs; the second time that takes no time.
# Options are passed on: make demo ARGS="--once"

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Nothing of ours is installed as a package; it is run from here.
export PYTHONPATH := $(CURDIR)

ARGS ?=
# What stands after the colon in user ids, and where the homeserver answers; both are
# used once, when data/config.yaml is written.
DOMAIN ?= school.example
HOMESERVER ?= http://127.0.0.1:8008
# How long the school keeps its records at least, such as 3y (A54); likewise.
RETENTION ?=
STAND_INS ?= ../shared/tools/compose-stand-ins.sh
VENV := .venv
PYTHON := $(VENV)/bin/python
HOMEROOM := $(PYTHON) -m appservice
SOURCES := appservice tests alembic docker

# --- what people call ---------------------------------------------------------------

.PHONY: help demo run test lint bench faults compose-check lock clean

help: ## show this list
	@echo "make TARGET [ARGS=\"...\"]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 17

demo: $(VENV)/.demo ## play a day at a sample school, with a real homeserver
	$(HOMEROOM) demo $(ARGS)

# A configuration named in ARGS needs none in data/.
run: $(VENV)/.pilot $(if $(findstring --config,$(ARGS)),,data/config.yaml)
run: ## run the service; the first time: make run DOMAIN=your.domain RETENTION=3y
	$(HOMEROOM) run $(ARGS)

test: lint ## check everything: lint, types, spelling, tests
	$(if $(ARGS),$(PYTHON) -m pytest --durations=10 $(ARGS),$(both_lanes))

lint: $(VENV)/.dev ## ruff, mypy and codespell
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m codespell_lib

bench: $(VENV)/.dev ## measure, for docs/benchmarks.md
	$(HOMEROOM) bench $(ARGS)

faults: $(VENV)/.dev ## kill servers at every step and look what is lost: nothing
	$(PYTHON) -m pytest -m faults --durations=10 $(ARGS)

# Without a way to an image registry: a script that builds images of the same names.
compose-check: $(VENV)/.dev ## bring up docker-compose.yml, restart everything, lose nothing
	$(if $(wildcard $(STAND_INS)),bash $(STAND_INS),DOMAIN=$(DOMAIN) RETENTION_MIN=3y docker compose build)
	@$(PYTHON) -m pytest tests/compose -s $(ARGS); result=$$?; \
	$(if $(wildcard $(STAND_INS)),bash $(STAND_INS) --stop;) exit $$result

# dev first: it holds all the others, which then take its versions.
lock: $(VENV)/.dev ## resolve requirements/*.in anew (ARGS=--upgrade for newer versions)
	@test -x $(VENV)/lock/bin/uv || { echo "Getting uv, which resolves for all systems"; \
	  $(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet uv; }
	@index=$$($(PYTHON) -m pip config get global.index-url 2>/dev/null || true); \
	constraint=; \
	for name in dev demo pilot runtime; do \
	  echo "Locking requirements/$$name.txt"; \
	  $(VENV)/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate $${index:+--default-index "$$index"} \
	    $$constraint $(ARGS) -o requirements/$$name.txt requirements/$$name.in || exit 1; \
	  constraint="-c requirements/dev.txt"; \
	done

clean: ## remove what was made, except data/
	@for data in $$(find .demo -type l -lname '/var/tmp/homeroom-data.*' 2>/dev/null); do \
	  rm -rf "$$(readlink "$$data")"; done
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find $(SOURCES) -name __pycache__ -prune -exec rm -rf {} +

# A Synapse has one core, what needs none the other, and it waits where both want the
# same: what people see of a Synapse is timed. It is told of at the end, or whole where
# it failed. Each half takes as long as the other.
define both_lanes
@echo "What needs no Synapse runs beside this; it is told of at the end."; \
log=$$(mktemp); \
nice -n 10 $(PYTHON) -m pytest -p no:cacheprovider -m "not synapse and not faults" >$$log 2>&1 & \
others=$$!; \
$(PYTHON) -m pytest --durations=10 -m "synapse and not faults"; synapse=$$?; \
wait $$others; alone=$$?; \
if [ $$alone = 0 ]; then tail -n 3 $$log; else cat $$log; fi; rm -f $$log; \
exit $$((synapse + alone))
endef

# --- what those need ----------------------------------------------------------------

# A stamp says that the locked requirements are installed; dev holds demo holds pilot.

# A bar in a terminal, a line now and then elsewhere; what pip finds wrong is shown whole.
define install
	@echo "Installing $< into $(VENV) (once, a minute or two)"
	@set -o pipefail; test -t 1 && bar=1 || bar=0; \
	PYTHONUNBUFFERED=1 $(PYTHON) -m pip install --progress-bar off --require-hashes -r $< \
	| awk -v bar=$$bar -v all=$$(grep -c '^[a-z].*==' $<) ' \
	    function say(text) { printf(bar ? "\r  %-60s" : "  %s\n", text); fflush() } \
	    /^(Collecting|Requirement already)/ { n++; left = 40 - int(40 * n / all); \
	      if (bar) say(sprintf("[%.*s%.*s] %d of %d", 40 - left, \
	        "########################################", left, \
	        "........................................", n, all)); \
	      else if (n % 20 == 0) say(n " of " all " packages") } \
	    /^Installing collected/ { say("unpacking") } \
	    END { if (bar) print "" }'
endef

$(VENV)/.dev: requirements/dev.txt | $(PYTHON)
	$(install)
	@touch $(VENV)/.pilot $(VENV)/.demo $@

$(VENV)/.demo: requirements/demo.txt | $(PYTHON)
	$(install)
	@touch $(VENV)/.pilot $@

$(VENV)/.pilot: requirements/pilot.txt | $(PYTHON)
	$(install)
	@touch $@

data/config.yaml: | $(VENV)/.pilot
	@echo "Writing the configuration for the homeserver $(DOMAIN) at $(HOMESERVER)."
	@echo "For another one, now: rm data/*.yaml; make run DOMAIN=... HOMESERVER=http://..."
	$(HOMEROOM) init --domain $(DOMAIN) --homeserver-url $(HOMESERVER) \
	  $(if $(RETENTION),--retention-min $(RETENTION))

# A name on the path proves little (pyenv has names for versions that are not chosen,
# Debian a python3 that cannot make environments), so each is tried.
$(PYTHON):
	@for python in python3.13 python3.12 python3.11 python3; do \
	  if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
	      >/dev/null 2>&1; then \
	    echo "Making $(VENV) with $$($$python --version)"; \
	    exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo "Homeroom needs Python 3.11 or later with its venv module, and found none." >&2; \
	echo "On Debian and Ubuntu: apt install python3 python3-venv" >&2; \
	exit 1
