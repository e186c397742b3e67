# curl-full: libcurl once more, with HTTP/3, SSH and HTTPS records.
# sources: curl
# depends: curl openssl nghttp2 zlib brotli zstd libpsl nghttp3 ngtcp2 libssh2
# files: lib/curl.sh facade/ares.h facade/ares_version.h facade/idn2.h
more="nghttp3 ngtcp2 libssh2"
enable=--enable-httpsrr
answers=$ROOT/build/lib/curl/share/config.cache
. "$ROOT/wasm/lib/curl.sh"
