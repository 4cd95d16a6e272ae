# One sentence per target: `make` alone lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
LOCAL := $(BIN)/python -m local
# In this order, so that the fast ones speak first; a folder that a checkout lacks is left out.
TESTS := $(wildcard $(addprefix tests/,unit contract infrastructure integration faults browser))
FUNCTIONS := $(sort $(patsubst %/,%,$(dir $(wildcard functions/*/*.py))))
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.13 \
	--generate-hashes --no-emit-index-url $(ARGS)

export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION ?= us-east-1

.PHONY: help
help:
	@printf 'Usage: make <target>\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@printf '\nEverything is set up on first use, in .venv and .venv-sam; all that is needed is Python 3.13.\n'

.PHONY: demo
demo: .venv/.ready ## Plays a day in the store on this machine, and says whether all went as it should.
	@$(LOCAL) demo $(ARGS)

.PHONY: run
run: .venv/.ready ## Runs the whole application on this machine and prints its URLs, a token for each role, and curl lines.
	@$(LOCAL) run $(ARGS)

.PHONY: test
test: .venv/.ready ## Runs all tests; ARGS goes to pytest, as in: make test ARGS="-k webhook -x".
	@$(BIN)/python -m pytest $(TESTS) $(ARGS)

.PHONY: check
check: .venv/.ready .venv-sam/.ready ## Checks style, types, and the template, as written and as AWS will transform it.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy layers local tests $(wildcard benchmarks)
	@for folder in $(FUNCTIONS); do \
		echo "$(BIN)/mypy $$folder/*.py"; MYPYPATH=layers/commerce:$$folder $(BIN)/mypy $$folder/*.py || exit 1; \
	done
	.venv-sam/bin/sam validate --lint
	$(BIN)/cfn-lint template.yaml
	@$(LOCAL) transform .build/transformed.json
	$(BIN)/cfn-lint .build/transformed.json

.PHONY: bench
bench: .venv/.ready ## Measures cold starts, our own share of each request, and zip sizes, and writes benchmarks/results.md.
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: build
build: .venv/.ready .venv-sam/.ready ## Builds what is deployed, with bytecode, proves that it imports, and shows the zip sizes.
	@$(LOCAL) build $(ARGS)

.PHONY: invariants
invariants: .venv/.ready ## Shows which tests prove which invariant, and how they fared.
	@$(LOCAL) invariants $(ARGS)

.PHONY: openapi
openapi: .venv/.ready ## Exports the API's description from the code to contracts/openapi.json.
	@$(LOCAL) openapi $(ARGS)

.PHONY: redrive
redrive: .venv/.ready ## Brings dead letters back to their queue: make redrive QUEUE=stripe STACK=commerce-dev.
	@$(LOCAL) redrive $(QUEUE) $(if $(STACK),--stack $(STACK)) $(if $(ENDPOINT),--endpoint $(ENDPOINT)) $(ARGS)

.PHONY: pix-webhook
pix-webhook: .venv/.ready ## Tells the bank where to send its Pix webhooks: make pix-webhook STACK=commerce-dev ARGS=--show.
	@$(LOCAL) pix-webhook $(if $(STACK),--stack $(STACK)) $(ARGS)

.PHONY: lock
lock: .venv/.ready ## Resolves the requirements anew, with hashes; ARGS=--upgrade takes newer versions.
	$(LOCK) local/locks/runtime.in -o local/locks/runtime.lock
	$(LOCK) --constraints local/locks/runtime.lock local/locks/dev.in -o local/locks/dev.lock
	$(LOCK) local/locks/sam.in -o local/locks/sam.lock

.PHONY: clean
clean: ## Removes what was built and cached; the next command sets everything up again.
	rm -rf .venv .venv-sam .aws-sam .build .local .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.ready: local/locks/dev.lock local/environment.sh
	@PYTHON="$(PYTHON)" local/environment.sh .venv local/locks/dev.lock

# The SAM CLI pins its own boto3 and pydantic, so it lives apart.
.venv-sam/.ready: local/locks/sam.lock local/environment.sh
	@PYTHON="$(PYTHON)" local/environment.sh .venv-sam local/locks/sam.lock
