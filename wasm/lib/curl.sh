# curl: libcurl itself, unpatched, for pages and workerd. curl-full.sh builds it once more, with more protocols.
# sources: curl
# depends: curl-config openssl nghttp2 zlib brotli zstd libpsl
# files: lib/curl/compile.sh facade/ares.h facade/ares_version.h facade/idn2.h
libraries="openssl nghttp2 zlib brotli zstd libpsl"
without="USE_NGTCP2 USE_NGHTTP3 OPENSSL_QUIC_API2 USE_LIBSSH2 USE_HTTPSRR USE_ECH HAVE_SSL_SET1_ECH_CONFIG_LIST"
. "$ROOT/wasm/lib/curl/compile.sh"
