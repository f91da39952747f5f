# Two commands do all the set-up: `make run` and `make test`. `make help` lists the rest.

SHELL := /bin/bash
CARGO ?= cargo
LISTEN ?= 127.0.0.1:8080
DATA ?= data
OUT ?= eval/out

WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help run build test test-tools web lint fmt bench eval soak docs audit clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: build ## build everything and serve the sample shop on http://$(LISTEN)
	target/release/zhike serve --demo --data $(DATA) --listen $(LISTEN)

build: web/dist/index.html ## build the release binary, web pages and model inside
	CARGO_TARGET_DIR=target $(CARGO) build --release

web: web/dist/index.html ## build the web pages

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

test-tools: ## install what the tests need (Chromium, fonts, PostgreSQL, Redis, cargo-nextest)
	@tools/install-test-tools.sh

test: test-tools web/dist/index.html ## run every check and test
	$(CARGO) fmt --all --check
	cd web && npm run --silent lint && npm run --silent typecheck
	$(CARGO) clippy --all-targets --quiet -- -D warnings
	cd web && npm test --silent
	$(CARGO) nextest run
	cd web && ZHIKE_BIN="$$($(CARGO) metadata --format-version 1 --no-deps | sed -E 's/.*"target_directory":"([^"]+)".*/\1/')/debug/zhike" npm run --silent e2e

lint: web/node_modules/.package-lock.json ## formatting, clippy, eslint, types
	$(CARGO) fmt --all --check
	$(CARGO) clippy --all-targets --quiet -- -D warnings
	cd web && npm run --silent lint && npm run --silent typecheck

fmt: ## format the sources
	$(CARGO) fmt --all
	cd web && npm run --silent format

bench: build ## encoder, whole turn and retrieval benchmarks (docs/BENCHMARKS.md)
	target/release/zhike bench encode
	target/release/zhike bench turn
	target/release/zhike bench retrieval --chunks 10000

eval: build ## quality of the sample shop on its development sets; reports in $(OUT)
	target/release/zhike eval nlu --train knowledge/nlu/train.jsonl --test eval/nlu/dev.jsonl --out $(OUT)/nlu
	target/release/zhike eval retrieval --dir eval/retrieval/dev --out $(OUT)/retrieval
	target/release/zhike eval dialogs eval/shop/questions.dev.jsonl eval/shop/dialogs.dev.jsonl --out $(OUT)/dialogs
	target/release/zhike eval dialogs eval/shop/everyday.dev.jsonl --out $(OUT)/everyday
	target/release/zhike eval dialogs eval/shop/respelt.dev.jsonl --out $(OUT)/respelt
	target/release/zhike eval dialogs eval/shop/several.dev.jsonl --out $(OUT)/several

soak: ## two hundred kills -9 under load, on SQLite and on PostgreSQL, fifty of an import (half an hour)
	TEST_KILLS=200 $(CARGO) test --test chat -- --nocapture an_acknowledged_message all_of_this_holds_on_postgres_too
	TEST_KILLS=50 $(CARGO) test --test knowledge_cli -- --nocapture an_import_killed

docs: ## the Rust documentation
	$(CARGO) doc --no-deps --document-private-items

audit: ## licences, banned crates and sources (needs cargo-deny)
	$(CARGO) deny check licenses bans sources

clean: ## remove everything that was built
	$(CARGO) clean
	rm -rf web/dist web/node_modules
