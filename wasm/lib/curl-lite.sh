# curl-lite: libcurl once more, for pages that have to load fast: HTTP and WebSockets only, with Mbed TLS.
# sources: curl
# depends: curl-config mbedtls nghttp2 zlib brotli zstd libpsl
# files: lib/curl/compile.sh facade/ares.h facade/ares_version.h facade/idn2.h
libraries="mbedtls nghttp2 zlib brotli zstd libpsl"
without="USE_OPENSSL OPENSSL_QUIC_API2 HAVE_DES_ECB_ENCRYPT USE_NGTCP2 USE_NGHTTP3 USE_LIBSSH2 USE_HTTPSRR USE_ECH \
USE_UNIX_SOCKETS"
with="USE_MBEDTLS $(printf 'CURL_DISABLE_%s ' DICT FILE FORM_API FTP GOPHER IMAP IPFS MQTT POP3 RTSP SMTP TELNET TFTP)"
CFLAGS="$CFLAGS $(printf -- '-D%s=1 ' $with)"
. "$ROOT/wasm/lib/curl/compile.sh"
printf '#define %s 1\n' $with >> "$PREFIX/share/curl_config.h" # for our C, which includes libcurl's headers
