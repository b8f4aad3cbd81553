# CdcStripeSync: `make run` shows it working, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
CONFIGURATION ?= Release
DOTNET := dotnet
CLI := artifacts/cdc-stripe/cdc-stripe
DATA ?= .devstack

.PHONY: up down e2e publish help setup build run demo test simulate crash-test takeover planted bench bench-decode bench-delivery bench-outage fuzz verify-recordings format format-check clean ci

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## check the tools, build librdkafka once, restore packages
	@eng/setup.sh

build: setup ## compile everything and publish the command to artifacts/cdc-stripe/cdc-stripe
	@$(DOTNET) build CdcStripeSync.sln -c $(CONFIGURATION) --no-restore --nologo -v q
	@$(DOTNET) publish src/CdcStripeSync.App -c $(CONFIGURATION) --no-build --nologo -v q -o artifacts/cdc-stripe

run: build ## the whole path on this machine: PostgreSQL, Kafka, registry, connector, consumer, Stripe simulator, page
	@$(CLI) run --dev --data $(DATA)

demo: build ## a scripted catalogue session; ends with rows beside Stripe objects and an exit code
	@$(CLI) demo

test: build ## every test, with real processes on free ports
	@eng/test.sh $(CONFIGURATION)

BENCHMARKS := $(DOTNET) tests/CdcStripeSync.Benchmarks/bin/$(CONFIGURATION)/net10.0/CdcStripeSync.Benchmarks.dll
RUNS ?= 10000000
SEED ?= 1

simulate: ## the whole pipeline under seeded schedules, faults and virtual time (SEEDS=1000 SEED=1; one seed step by step: SEED=n TRACE=1)
	@$(DOTNET) build tests/CdcStripeSync.Simulation -c $(CONFIGURATION) --nologo -v q
	@SEEDS=$${SEEDS:-1000} SEED=$${SEED:-1} tests/CdcStripeSync.Simulation/bin/$(CONFIGURATION)/net10.0/CdcStripeSync.Simulation

crash-test: build ## the real program in processes that are killed, paused and cut off while a history is fed (RUNS=20 SEED=1 LANES=2; MINUTES=60: begins no run after; one run told step by step: RUNS=1 SEED=n TRACE=1)
	@PROGRAM=$(CLI) RUNS=$(if $(filter file,$(origin RUNS)),20,$(RUNS)) SEED=$(SEED) $(DOTNET) tests/CdcStripeSync.CrashTest/bin/$(CONFIGURATION)/net10.0/CdcStripeSync.CrashTest.dll

takeover: build ## how long rows stand still when one of two instances is killed, told to stop, or pauses
	@PROGRAM=$(CLI) $(DOTNET) tests/CdcStripeSync.CrashTest/bin/$(CONFIGURATION)/net10.0/CdcStripeSync.CrashTest.dll takeover

planted: ## plant each known bug in a copy and print the seeds that the simulation needs to catch it
	@eng/planted.sh

bench: bench-decode bench-delivery ## all benchmarks, each beside a baseline of the same run
	@$(BENCHMARKS) memory

bench-decode: build ## decoding and deciding, beside the generic decoder and a bare consumer; DATA_DIR=… for a recording
	@$(BENCHMARKS) decode $(DATA_DIR)

fuzz: build ## damaged recordings through both decoders (RUNS=10000000 SEED=1); what fails is kept in tests/corpus
	@$(BENCHMARKS) fuzz $(RUNS) $(SEED)

bench-delivery: build ## delivery with PostgreSQL and the simulator: rates beside a plain loop, folding, two instances, latency at half load (ROWS=6000 DATA_DIR=shop-bench; one of them: PART=half-load, folding, instances)
	@$(BENCHMARKS) $(or $(PART),delivery $(or $(ROWS),6000) $(DATA_DIR))

bench-outage: build ## Stripe is away while rows change: memory, the order of recovery, the time to drain (ROWS=100000)
	@$(BENCHMARKS) outage $(or $(ROWS),100000)

up: ## the real stack in containers (docker compose), with the connector applied
	@docker compose up -d --build --wait
	@docker compose exec app cdc-stripe connectors apply --files /app/connectors --env dev --url http://connect:8083 --set mapping=/etc/cdc-stripe/mapping.yaml

down: ## end the real stack; its data stays (docker compose down -v forgets it)
	@docker compose down

e2e: build ## the end-to-end tests, against the DevStack, or the stack that E2E_KAFKA, E2E_CONNECT … name
	@eng/e2e.sh $(CONFIGURATION)

publish: setup ## the program for linux-x64 and linux-arm64, with its runtime, under artifacts/publish
	@eng/publish.sh $(CONFIGURATION)

verify-recordings: build ## decode recordings of real Debezium and compare with their oracle; DIR=… for others than the fixtures
	@$(CLI) verify-recordings $(DIR)

format: ## rewrite the code in the house style
	@$(DOTNET) format CdcStripeSync.sln

format-check: ## fail where the code is not formatted (the build itself enforces the code style)
	@$(DOTNET) format whitespace CdcStripeSync.sln --verify-no-changes --no-restore

ci: ## what CI runs
	@.ci/run

clean: ## forget build output and the DevStack's data (not the librdkafka cache)
	@rm -rf artifacts TestResults BenchmarkDotNet.Artifacts $(DATA)
	@find src tests -depth -type d \( -name bin -o -name obj \) -exec rm -rf {} +
