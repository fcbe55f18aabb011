# Two commands are enough: `make run` and `make test`. Both install what is missing.
SETUP = @sh config/setup/bootstrap.sh

.DEFAULT_GOAL := help
.PHONY: help run test lint format setup stop lock

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST) | expand -t 14

run: ## set up and serve on PORT (8000) until Ctrl-C: web, worker and an embedded PostGIS
	$(SETUP) run

test: ## set up and run all tests; ARGS="tests/accounts -x" for some of them
	$(SETUP) test $(ARGS)

lint: ## ruff, mypy, djlint, import-linter, biome
	$(SETUP) lint

format: ## let ruff bring Python into form, and biome mend what it safely can in JavaScript
	$(SETUP) format

setup: ## set up for development, and leave the embedded database running
	$(SETUP) setup

stop: ## stop `make run` and the embedded database of this checkout
	$(SETUP) stop

lock: ## compile requirements/*.in to hashed locks (needs uv)
	$(SETUP) lock
