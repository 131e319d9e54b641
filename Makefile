# The commands of the project. Everything real happens in CMake (build), infra/ (dependencies, Kafka) and tests/.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help deps build release test test-unit test-integration model simulation test-money test-edits escape chaos test-e2e test-asan test-tsan fuzz coverage demo bench bench-profile bench-sandbox bench-llm bench-agents bench-index soak validate test-kube lint format clean image image-size drill-drain drills test-terraform

export HOME := $(shell infra/home)
ifeq ($(HOME),)
$(error no home: see above)
endif
JOBS ?= $(shell nproc)
BROKER ?= embedded
# Of one kind or name only: make test-unit FILTER=store
FILTER ?= .
SEEDS ?= 10000
CTEST = ctest --test-dir build/dev --output-on-failure --no-tests=error

help: ## Show this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install what building, running and testing need (Debian packages as root or with sudo; libraries into the cache)
	@infra/deps demo build kafka test validate
	@infra/tools/fetch opentelemetry-proto >/dev/null && tests/standins/aws/fetch >/dev/null
	@for library in python javascript go java; do \
	  tests/fixtures/libraries/fetch $$library needs >/dev/null && tests/fixtures/libraries/fetch $$library-before >/dev/null || exit 1; done
	@for library in typescript c cpp; do tests/fixtures/libraries/fetch $$library needs >/dev/null || exit 1; done

build: ## Build everything, tests included, into build/dev
	@infra/deps demo build
	@infra/build dev -j$(JOBS)

release: ## Build what is shipped into build/release (optimized, no failpoints, no tests)
	@infra/deps demo
	@infra/build release -j$(JOBS)

test: deps build ## Run every test beside a private Postgres and a real Kafka
	@tests/with-services --logs build/dev/services $(CTEST) -j$(JOBS) -R '$(FILTER)'

test-unit: build ## Run the tests that need no service
	@$(CTEST) -j$(JOBS) -L 'unit|tidy' -R '$(FILTER)'

test-integration: deps build ## Run the tests against a real Postgres and Kafka
	@tests/with-services --logs build/dev/services $(CTEST) -j$(JOBS) -L integration -R '$(FILTER)'

# make drill-drain EVENTS=20 SEED=17
drill-drain: ## Scale workers up and down 200 times under load, some by SIGKILL, and see that no step is lost or done twice
	@infra/deps demo build kafka
	@infra/build dev -j$(JOBS) argosy_drain
	@ARGOSY_TEST_KAFKA_HOME=$$(infra/kafka/fetch) build/dev/tests/argosy_drain --events $(or $(EVENTS),200) $(if $(SEED),--seed $(SEED))

test-e2e: deps build ## Run the tests of whole fleets, crashes included
	@tests/with-services --logs build/dev/services $(CTEST) -j$(JOBS) -L 'e2e|chaos|drain' -R '$(FILTER)'

model: ## Check every reachable state of the protocol, and that broken ones are noticed
	@infra/deps demo build
	@infra/build dev -j$(JOBS) argosy_model
	@build/dev/tests/argosy_model

simulation: ## Run SEEDS fleets in virtual time under random faults, and see that broken ones are noticed
	@infra/deps demo build
	@infra/build dev -j$(JOBS) argosy_simulation
	@build/dev/tests/argosy_simulation --seeds $(SEEDS)

# make test-money RUNS=2000
test-money: ## Run 100,000 random runs of processes that call models on a budget, dying between any two steps, against a real Postgres
	@infra/deps demo build
	@infra/build dev -j$(JOBS) argosy_money
	@tests/with-services --no-kafka build/dev/tests/argosy_money --runs $(or $(RUNS),100000)

# make test-edits N=10000
test-edits: ## Damage real edits in 100,000 ways, and see that none is applied at a wrong place
	@infra/deps demo build kafka test
	@infra/build dev -j$(JOBS) argosy_edits
	@tests/edits/run build/dev/tests/argosy_edits $(or $(N),100000)

# make escape CLASS=bwrap ONLY=network
escape: ## Try to get out of the sandbox in every class, and to work in it (tests/escape/README.md)
	@infra/deps demo build kafka test
	@infra/build dev -j$(JOBS) argosy_escape
	@build/dev/tests/argosy_escape $(if $(CLASS),--class $(CLASS)) $(if $(ONLY),--only "$(ONLY)")

# make chaos MINUTES=5 SEED=17 TASKS=2000 ONLY="SIGKILL codegen,Kafka"
chaos: ## Kill, freeze and take away everything for MINUTES while 2,000 tasks and more run, and see that none is lost or done twice
	@infra/deps demo build kafka test
	@infra/build dev -j$(JOBS) argosy_chaos
	@ARGOSY_TEST_KAFKA_HOME=$$(infra/kafka/fetch) build/dev/tests/argosy_chaos --seconds $$(($(or $(MINUTES),5) * 60)) --tasks $(or $(TASKS),2000) \
	  $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only "$(ONLY)")

test-asan test-tsan: test-%: deps
	@infra/deps coverage
	@infra/build $* -j$(JOBS) tests_unit tests_integration
	@tests/with-services --logs build/$*/services ctest --test-dir build/$* --output-on-failure --no-tests=error -j$(JOBS) -L 'unit|integration' -R '$(FILTER)'
test-asan: ## Run unit and integration tests under address and undefined-behaviour sanitizers
test-tsan: ## Run unit and integration tests under the thread sanitizer

# make fuzz SECONDS=60 TARGETS="sse anthropic"
fuzz: ## Throw random bytes at the readers of models' answers for SECONDS (60), and see that no promise breaks
	@infra/deps demo build fuzz
	@infra/build fuzz -j$(JOBS) fuzz
	@tests/fuzz/run $(or $(SECONDS),60) $(TARGETS)

coverage: deps ## Show how much of common/ the tests run
	@infra/deps coverage
	@infra/build coverage -j$(JOBS)
	@infra/coverage $(JOBS)

demo: ## Run two tasks on a real library, one without a model, one with recorded answers of one (BROKER=kafka: over a real Kafka)
	@infra/deps demo $(if $(filter kafka,$(BROKER)),kafka)
	@infra/build release -j$(JOBS)
	@infra/demo/run $(BROKER)

# make bench ROWS="throughput idle" RUNS=1 BROKER=kafka SLOTS=64 SCALE=1
bench: ## Measure the engine (tests/bench/README.md); results in build/bench/engine.json
	@infra/deps demo build kafka
	@infra/build bench -j$(JOBS) bench
	@ARGOSY_TEST_KAFKA_HOME=$$(infra/kafka/fetch) build/bench/bin/bench --out build/bench/engine.json --rows "$(ROWS)" \
	  $(if $(filter file,$(origin BROKER)),,--broker $(BROKER)) $(if $(RUNS),--runs $(RUNS)) $(if $(SLOTS),--slots $(SLOTS)) $(if $(SCALE),--scale $(SCALE))

bench-profile: ## Show where the time of a step goes (ROWS=..., BROKER=...)
	@infra/deps demo build kafka
	@infra/build bench -j$(JOBS) bench
	@ARGOSY_TEST_KAFKA_HOME=$$(infra/kafka/fetch) build/bench/bin/bench --profile build/bench/profile --rows "$(or $(ROWS),throughput)" --runs 1 \
	  --broker $(if $(filter file,$(origin BROKER)),kafka,$(BROKER)) $(if $(SLOTS),--slots $(SLOTS)) $(if $(SCALE),--scale $(SCALE))

bench-sandbox: ## Measure how fast a sandbox starts, and 50 at the same time
	@infra/deps demo build
	@infra/build bench -j$(JOBS) bench_sandbox
	@build/bench/bin/bench_sandbox

bench-llm: ## Measure 500 streams of models in one process, beside the vendor's Python SDK
	@infra/deps demo build
	@infra/build bench -j$(JOBS) bench_llm
	@build/bench/bin/bench_llm build/bench/openai-sdk

bench-agents: ## Measure 500 loops of agents in one process, each waiting on an open stream of its model
	@infra/deps demo build
	@infra/build bench -j$(JOBS) bench_agents
	@build/bench/bin/bench_agents
bench-index: ## Measure the index of 100 MB of source in four languages, beside ctags
	@infra/deps demo build kafka test bench
	@infra/build bench -j$(JOBS) bench_index
	@tests/bench/index/run build/bench/bin/bench_index

soak: ## Run a fleet under 200 tasks a second for MINUTES, and see that nothing grows; curves in build/bench/soak.svg
	@infra/deps demo build kafka
	@infra/build bench -j$(JOBS) bench_soak
	@ARGOSY_TEST_KAFKA_HOME=$$(infra/kafka/fetch) build/bench/bin/bench_soak --out build/bench/soak.svg --minutes $(or $(MINUTES),10)

# Terraform and its provider come through no registry: ARGOSY_TEST_TF_PLUGINS names a mirror of the latter
test-terraform: ## Apply Terraform's network, secrets, buckets and roles to a moto server, see that a second plan is empty, and destroy them
	@infra/deps validate
	@tests/terraform/run

# make validate ONLY=alert
validate: ## Have everything that operators deploy judged by its own real tool, each check with a fault that it must find
	@infra/deps demo validate
	@tests/validate/validate.py $(if $(ONLY),--only "$(ONLY)")

test-kube: ## Ask a real Kubernetes API server, KEDA and HPA controller about infra/k8s (built once, in some 17 minutes; tests/kube/README.md)
	@infra/deps demo build validate
	@infra/build dev -j$(JOBS) argosy argosy-planning
	@programs=$$(tests/kube/build) && tests/with-services --no-kafka tests/kube/run $$programs build/dev/bin

image-size: ## Assemble what the image argosy holds without a container engine, run it as it will be run, and show its size (below 200 MB)
	@infra/deps demo kafka image
	@infra/build release -j$(JOBS)
	@tests/with-services infra/docker/rootfs

# make image TARGET=testing TAG=argosy-testing:dev
image: ## Build an image with Docker: TARGET argosy (default), testing or development
	@docker build -f infra/docker/Dockerfile --target $(or $(TARGET),argosy) -t $(or $(TAG),$(or $(TARGET),argosy):dev) \
	  $(if $(BASE_DIGEST),--build-arg BASE_DIGEST=$(BASE_DIGEST)) --build-arg REVISION=$$(git rev-parse HEAD) .

# make drills ONLY=Disk
drills: ## Provoke every alert on a running fleet, follow its runbook, see it clear (tests/drills/README.md)
	@infra/deps demo build validate
	@infra/build dev -j$(JOBS)
	@tests/drills/run $(if $(ONLY),--only "$(ONLY)")

lint: ## Check formatting and shell scripts
	@infra/deps lint
	@infra/lint check

format: ## Format the C++ sources
	@infra/deps lint
	@infra/lint fix

clean: ## Remove build/
	@rm -rf build
