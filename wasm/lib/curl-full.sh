# curl-full: libcurl once more, with HTTP/3, SSH, HTTPS records and encrypted client hello.
# sources: curl
# depends: curl-config openssl nghttp2 zlib brotli zstd libpsl nghttp3 ngtcp2 libssh2
# files: lib/curl/compile.sh facade/ares.h facade/ares_version.h facade/idn2.h
libraries="openssl nghttp2 zlib brotli zstd libpsl nghttp3 ngtcp2 libssh2"
without=
. "$ROOT/wasm/lib/curl/compile.sh"
