# `make` builds everything into dist/; `make run` shows it working; `make test` tests it. On a fresh Debian machine it
# installs what it needs. Finished libraries are cached by the hash of what determines them (see wasm/build-library).

# How much the C compiler optimises, and what libcurl's configure is told about its features.
OPT = -O3
FEATURES = --enable-ssls-export
export OPT FEATURES

LIBRARIES = zlib brotli zstd nghttp2 libpsl openssl curl
STAMPS = $(LIBRARIES:%=build/stamps/%)
C_SOURCES = $(wildcard wasm/src/*.c wasm/src/*.h wasm/facade/*.h)
TS_SOURCES = $(wildcard ts/*.ts shim/*.ts shim/*/*.ts)

all: dist/curl.wasm dist/.tsc

# --- tools ---

build/tools: wasm/ensure-tools
	wasm/ensure-tools
	@mkdir -p $(@D) && touch $@

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# --- the module ---

# Written anew only when it changes, so that other flags mean another build.
build/flags: FORCE
	@mkdir -p $(@D); echo '$(OPT) $(FEATURES)' | cmp -s - $@ || echo '$(OPT) $(FEATURES)' > $@
FORCE:

build/stamps/curl: $(filter-out build/stamps/curl,$(STAMPS)) wasm/facade/ares.h wasm/facade/ares_version.h wasm/facade/idn2.h

build/stamps/%: wasm/lib/%.sh wasm/build-library curl-src/sources.json build/flags build/tools
	@wasm/build-library $*
	@mkdir -p $(@D) && touch $@

dist/curl.wasm: $(STAMPS) $(C_SOURCES) wasm/exports wasm/link
	wasm/link $@

dist/.tsc: $(TS_SOURCES) tsconfig.json node_modules/.package-lock.json
	rm -rf dist/ts dist/shim
	npx --no-install tsc
	@touch $@

# The constants of libcurl's headers, as TypeScript. Committed; a test says when it is out of date.
constants: build/stamps/curl
	node wasm/abi/constants.mjs build/lib/curl/include > ts/constants.gen.ts

# --- what to do with it ---

# One transfer in Node, with libcurl's trace. URL=... chooses; by default a local HTTPS server is started.
run: all
	node examples/run.mjs $(URL)

# TESTS=... chooses files by name; REPORT=... writes the results as JSON.
test: all build/tools-test
	npx --no-install tsc -p test
	npx --no-install vitest run $(if $(REPORT),--reporter=default --reporter=json --outputFile=$(REPORT)) $(TESTS)

build/tools-test: test/ensure-tools
	test/ensure-tools
	@mkdir -p $(@D) && touch $@

bench: all build/tools-test
	node bench/run.mjs $(BENCH)

clean:
	rm -rf build dist

.PHONY: all run test bench constants clean FORCE
.DELETE_ON_ERROR:
