# `make` builds everything into dist/, `make play` starts the playground, and `make test` runs the tests. On a fresh
# Debian machine it installs what it needs. Built libraries are cached by a hash of all their inputs (see
# wasm/build-library).

# How much the C compiler optimises code that must be fast, and the rest. Options for libcurl's configure.
OPT = -O3
OPT_COLD = -Os
FEATURES = --enable-ssls-export
export OPT OPT_COLD FEATURES
# emcc's own Python, because one that a version manager starts takes longer to start than to work.
export EMSDK_PYTHON ?= $(wildcard /usr/bin/python3)

LIBRARIES = zlib brotli zstd nghttp2 libpsl openssl
FULL_LIBRARIES = $(LIBRARIES) nghttp3 ngtcp2 libssh2
LITE_LIBRARIES = zlib brotli zstd nghttp2 libpsl mbedtls
STAMPS = $(addprefix build/stamps/,$(LIBRARIES) curl curl-headers)
FULL_STAMPS = $(addprefix build/stamps/,$(FULL_LIBRARIES) curl-full curl-headers)
LITE_STAMPS = $(addprefix build/stamps/,$(LITE_LIBRARIES) curl-lite curl-headers)
# The files of wasm/src/libcurl that are in every module. The tool has no others, except trust.c for its TLS library.
EVERY_C = $(addprefix wasm/src/libcurl/,drive.c infos.c http2.c decoding.c)
SRC = $(shell find wasm/src wasm/facade -type f) wasm/link wasm/bin/emcc-clang
TS_SOURCES = $(shell find ts shim relay playground/server -name '*.ts' -not -path 'relay/dist/*')
SITE = $(shell find playground -type f -not -path 'playground/server/*')

MODULES = $(addprefix dist/,curl-lite.wasm curl.wasm curl-full.wasm curl-tool.wasm)
INLINE = $(addprefix dist/,curl.inline.js cacert.inline.js manual.inline.js)

all: $(MODULES) dist/cacert.pem $(INLINE) dist/THIRD-PARTY-NOTICES dist/.bundled

# --- tools ---

build/tools: wasm/ensure-tools
	wasm/ensure-tools
	@mkdir -p $(@D) && touch $@

node_modules/.package-lock.json: package.json package-lock.json relay/package.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# --- the module ---

# A file with the flags, which is only written when they change, so that other flags cause another build.
build/flags: FORCE
	@mkdir -p $(@D); echo '$(OPT) $(OPT_COLD) $(FEATURES)' | cmp -s - $@ || echo '$(OPT) $(OPT_COLD) $(FEATURES)' > $@
FORCE:

build/stamps/ngtcp2 build/stamps/libssh2: build/stamps/openssl
build/stamps/libssh2: build/stamps/zlib
build/stamps/curl-config: $(FULL_LIBRARIES:%=build/stamps/%)
build/stamps/curl build/stamps/curl-full build/stamps/curl-lite: build/stamps/curl-config
build/stamps/curl-lite: build/stamps/mbedtls
build/stamps/curl-tool: build/stamps/curl-full
# The other files of a recipe, which its line "# files:" lists.
$(foreach recipe,$(wildcard wasm/lib/*.sh),$(eval build/stamps/$(basename $(notdir $(recipe))): \
  $(addprefix wasm/,$(shell sed -n 's/^# files: //p' $(recipe)))))

build/stamps/%: wasm/lib/%.sh wasm/build-library wasm/bin/emcc-clang curl-src/sources.json build/flags build/tools
	@wasm/build-library $*
	@mkdir -p $(@D) && touch $@

dist/curl.wasm: $(STAMPS) $(SRC)
	wasm/link $@ curl wasm/src/libcurl

dist/curl-lite.wasm: $(LITE_STAMPS) $(SRC)
	wasm/link $@ curl-lite wasm/src/libcurl

dist/curl-full.wasm: $(FULL_STAMPS) $(SRC)
	wasm/link $@ curl-full wasm/src/libcurl

dist/curl-tool.wasm: $(FULL_STAMPS) build/stamps/curl-tool $(SRC)
	wasm/link $@ curl-full wasm/src/tool $(EVERY_C) wasm/src/libcurl/openssl/trust.c build/lib/curl-tool/lib/*.a

# Node's CA certificates, for runtimes that have none.
dist/cacert.pem:
	@mkdir -p $(@D)
	node -p "require('tls').rootCertificates.join('\n')" > $@

# Both as JavaScript, for the entries that contain everything.
dist/curl.inline.js: dist/curl.wasm scripts/inline.mjs
	node scripts/inline.mjs $< base64 $@

dist/cacert.inline.js: dist/cacert.pem scripts/inline.mjs
	node scripts/inline.mjs $< utf8 $@

# curl's manual, which the tool loads to print it.
dist/manual.inline.js: build/stamps/curl-tool scripts/inline.mjs
	@mkdir -p $(@D)
	node scripts/inline.mjs build/lib/curl-tool/share/manual.txt utf8 $@

# The licences of the code in the modules, which must be shipped with them.
dist/THIRD-PARTY-NOTICES: $(FULL_STAMPS) $(LITE_STAMPS) $(wildcard curl-src/*.mjs curl-src/licences/*)
	@mkdir -p $(@D)
	node curl-src/notices.mjs build/lib > $@

dist/.tsc: $(TS_SOURCES) tsconfig.json node_modules/.package-lock.json
	rm -rf dist/ts dist/shim dist/relay dist/playground/server
	npx --no-install tsc
	@touch $@

dist/.bundled: dist/.tsc scripts/bundle.mjs package.json
	node scripts/bundle.mjs
	@touch $@

# --- the playground ---

dist/playground/site/index.html: all $(SITE)
	npx --no-install tsc -p playground
	npx --no-install vite build playground --logLevel warn

# Starts the page, a relay for it, and a sample origin, on this machine. PORT=... chooses the port of the page.
play: dist/playground/site/index.html
	node bin/play $(if $(PORT),--port $(PORT))

# Generates the constants and options of libcurl's headers as TypeScript. They are committed, and a test fails when they
# are out of date.
constants: build/stamps/curl
	node wasm/abi/constants.mjs build/lib/curl/include > ts/libcurl/constants.gen.ts
	node wasm/abi/constants.mjs build/lib/curl/include numbers > ts/libcurl/numbers.gen.ts
	node wasm/abi/constants.mjs build/lib/curl/include codes > ts/node-libcurl/codes.gen.ts
	node wasm/abi/options.mjs build/lib/curl/include > ts/libcurl/option-types.gen.ts

# Quick checks before a commit: the format, the types, the layers (which folder may import which), and the links of the
# documents.
check: node_modules/.package-lock.json dist/.bundled
	npx --no-install prettier --check --log-level warn .
	npx --no-install tsc -p test
	npx --no-install vitest run test/layers.test.ts
	node scripts/check-links.mjs

# --- curl's own test suite ---

PROGRAM_C = $(addprefix wasm/src/tool/,main.c driven.c blocking.c) $(EVERY_C)

build/stamps/curl-tests: build/stamps/curl-full
build/stamps/curl-servers build/stamps/openssl-native: build/tools-test
build/stamps/curl-native: build/tools-test-http

build/curl-tests/%.wasm: $(FULL_STAMPS) build/stamps/curl-tests $(SRC) $(wildcard test/curl/program/*)
	wasm/link $@ curl-full test/curl/program $(PROGRAM_C) build/lib/curl-tests/lib/lib$(patsubst lib%,%,$*).a

# Runs curl's runtests.pl with bin/curl. TESTS="1 to 200" chooses tests; see test/curl/run.mjs.
test-curl: all build/stamps/curl-servers build/curl-tests/libtests.wasm build/curl-tests/curlinfo.wasm build/tools-test
	node test/curl/run.mjs $(TESTS)

# Runs curl's tests/http with bin/curl, and with a native curl for comparison. TESTS="test_31" chooses tests by name,
# and FIXED=1 the files of http-fixed; see test/curl/http.mjs.
test-curl-http: all build/stamps/curl-native build/curl-tests/libtests.wasm build/curl-tests/curlinfo.wasm build/tools-test-http
	node test/curl/http.mjs $(if $(FIXED),--fixed) $(TESTS)

# --- the tests of browsers ---

# Runs web-platform-tests of fetch, with this package and with Node's fetch. WPT="fetch api/abort" chooses a folder, and
# WPT=websockets those of WebSocket; see test/wpt/run.mjs. The tests are in Firefox's source, 700 MB that are downloaded
# and unpacked once, so this is not part of `make test`.
wpt: all
	node test/wpt/run.mjs $(WPT)

# --- the package ---

PACKED = $(MODULES) dist/cacert.pem $(INLINE) dist/.bundled \
  dist/THIRD-PARTY-NOTICES package.json LICENSE $(wildcard *.md bin/* examples/*) $(shell find docs ts/runtimes/assets -type f -not -path '*/node_modules/*')

build/pack/libcurl-wasm.tgz: $(PACKED)
	@mkdir -p $(@D)
	npm pack --silent --pack-destination $(@D)
	mv $(@D)/libcurl-wasm-[0-9]*.tgz $@

build/pack/libcurl-wasm-relay.tgz: dist/.bundled $(addprefix relay/,package.json bin.js README.md LICENSE)
	@mkdir -p $(@D)
	npm pack --silent --pack-destination $(@D) --workspace relay
	mv $(@D)/libcurl-wasm-relay-[0-9]*.tgz $@

# The package for JSR, Deno's registry, where each JavaScript file must name the file with its types.
build/jsr/jsr.json: jsr.json $(PACKED)
	rm -rf $(@D) && mkdir -p $(@D)/dist
	cp -r dist/ts dist/shim dist/*.wasm dist/*.inline.* $(@D)/dist
	for file in $$(find $(@D)/dist -name '*.js'); do \
	  sed -i "1i // @ts-self-types=\"./$$(basename $$file .js).d.ts\"" $$file; done
	cp README.md LICENSE jsr.json $(@D)

# Installs the packed package in a test folder, so that the tests there use what users get, and not this folder.
build/pack/in-%: build/pack/libcurl-wasm.tgz test/%/node_modules/.package-lock.json
	cd test/$* && npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error ../../$<
	@touch $@

# --- running and testing ---

# Makes one transfer in Node, with libcurl's trace. URL=... chooses the URL. By default it starts a local HTTPS server.
run: all
	node examples/run.mjs $(URL)

# Runs the tests. TESTS=... chooses files by name, and REPORT=... writes the results as JSON.
test: all build/stamps/openssl-native dist/playground/site/index.html bench/node_modules/.package-lock.json test/servers/ssh2/node_modules/.package-lock.json build/pack/in-runtimes build/pack/in-bundlers build/pack/libcurl-wasm-relay.tgz build/jsr/jsr.json build/tools-test
	npx --no-install tsc -p test
	REPORT=$(REPORT) npx --no-install vitest run $(TESTS)

# Runs the tests of the relay with its Worker, in workerd. test/relay/worker-setup.ts lists those that do not apply.
relay-worker-test: all test/runtimes/node_modules/.package-lock.json bench/node_modules/.package-lock.json
	npx --no-install vitest run --project relay-worker $(TESTS)

build/tools-test: test/ensure-tools
	test/ensure-tools
	@mkdir -p $(@D) && touch $@

build/tools-test-http: test/ensure-tools
	test/ensure-tools http
	@mkdir -p $(@D) && touch $@

# Runs the test matrix: every API over every transport with every protocol, fault and reader.
# CELL=fetch/wisp2/https/fin-in-body/stopped runs one cell, and '*' in it matches any. NATIVE=... is a native curl,
# whose errors are compared with the expected ones. See test/matrix/axes.ts.
matrix: all build/tools-test
	node test/matrix/bundle.mjs
	$(if $(NATIVE),node build/matrix/run.js --native '$(NATIVE)',node build/matrix/run.js '$(CELL)')

# Runs random cells of the matrix under load, for MINUTES. SEED=... repeats a run.
soak: all build/tools-test
	node test/matrix/bundle.mjs
	node build/matrix/soak.js '$(MINUTES)' '$(SEED)'

# Runs the benchmarks. BENCH=... chooses rows, and BENCH=start measures the steps of a start.
bench: all build/tools-test bench/node_modules/.package-lock.json
	$(if $(filter start,$(BENCH)),,node bench/run.mjs $(BENCH))
	$(if $(BENCH),,node bench/fetch.mjs)
	$(if $(BENCH),,node bench/websocket.mjs)
	$(if $(BENCH),,node bench/tool.mjs)
	$(if $(BENCH),,node bench/http3.mjs)
	$(if $(BENCH),,node bench/loss.mjs)
	$(if $(BENCH),,node bench/handshakes.mjs)
	$(if $(BENCH),,node bench/scale.mjs)
	$(if $(filter-out start,$(BENCH)),,node bench/start.mjs)

# Compares this package, libcurl.js and epoxy-tls, all through the same relay, in Node and in Chromium.
bench-relay: all build/tools-test bench/node_modules/.package-lock.json
	node bench/relay.mjs $(BENCH)

# Compares the relay as a server with that of wisp-js: many clients, many streams, throughput, clients that do not read.
bench-relay-server: all bench/node_modules/.package-lock.json
	node bench/relay-server.mjs $(BENCH)

# Packages that are only for benchmarks, tests and the reference are installed in folders of their own. They are never
# part of this package, and have licences of their own.
bench/node_modules/.package-lock.json \
docs/reference/node_modules/.package-lock.json \
test/servers/ssh2/node_modules/.package-lock.json \
test/runtimes/node_modules/.package-lock.json \
test/bundlers/node_modules/.package-lock.json: %/node_modules/.package-lock.json: %/package.json %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund --loglevel=error
	@touch $@

# Makes the API reference as HTML in build/reference.
docs: docs/reference/node_modules/.package-lock.json dist/.tsc
	cd docs/reference && npx --no-install typedoc

# Prints the size of what users download.
size: all
	@node scripts/size.mjs

# --- supply chain ---

# Makes a CycloneDX bill of materials of the modules.
sbom: dist/sbom.cdx.json

dist/sbom.cdx.json: $(MODULES) package.json curl-src/sources.json $(wildcard curl-src/*.mjs)
	node curl-src/sbom.mjs $(MODULES) > $@

# Builds the modules once more, from the sources and in another folder, and fails unless they are identical.
reproducible: $(MODULES)
	scripts/reproducible

# Lists the pinned sources that have a newer release. Status 1: there are some; 2: some could not be checked.
outdated:
	@node curl-src/outdated.mjs

clean:
	rm -rf build dist relay/dist

.PHONY: all run play check test relay-worker-test matrix soak test-curl test-curl-http wpt bench bench-relay bench-relay-server constants docs size sbom reproducible outdated clean FORCE
.DELETE_ON_ERROR:
