# curl-config: what curl's configure finds out about this compiler and these libraries, for all builds of libcurl: it
# runs the compiler a thousand times, which takes longer than to build libcurl.
# sources: curl
# depends: openssl nghttp2 zlib brotli zstd libpsl nghttp3 ngtcp2 libssh2
# files: facade/ares.h facade/ares_version.h facade/idn2.h
lib=$ROOT/build/lib

# configure only wants to see that the facades' symbols link; what they do is ours and comes with the final link.
mkdir -p facade/include facade/lib
cp "$ROOT"/wasm/facade/*.h facade/include
stub() { for symbol in "$@"; do echo "int $symbol(void) { return 0; }"; done; }
stub ares_init ares_init_options ares_destroy ares_getaddrinfo > ares.c
stub idn2_lookup_ul idn2_lookup_u8 idn2_free idn2_check_version > idn2.c
compile facade/lib/libcares.a -- ares.c
compile facade/lib/libidn2.a -- idn2.c

# configure looks for the libraries of HTTP/3 by pkg-config only.
cat > pkg-config <<END
#!/bin/sh
name=\$(echo "\$2" | sed 's/_crypto_ossl//;s/^lib//')
case \$name in nghttp3|ngtcp2) ;; *) exit 1 ;; esac
case \$1 in
  --libs-only-l) echo "-l\${2#lib}" ;;
  --libs-only-L) echo "-L$lib/\$name/lib" ;;
  --cflags-only-I) echo "-I$lib/\$name/include" ;;
esac
END
chmod +x pkg-config

with() { for name in "$@"; do printf -- '--with-%s=%s ' "$name" "$lib/$name"; done; }
# ac_cv_lib_z_gzread: configure looks for zlib by a function that libcurl does not use, and our zlib has only inflate.
# curl_disallow_alarm: without alarm() there is no sigsetjmp, and so none of the JavaScript that emscripten needs for it.
"$SOURCE/configure" --host=wasm32-unknown-linux --disable-shared --enable-static --disable-dependency-tracking \
  --disable-docs --enable-ares="$PWD/facade" --with-libidn2="$PWD/facade" \
  $(with openssl nghttp2 zlib brotli zstd libpsl nghttp3 ngtcp2 libssh2) --enable-httpsrr --enable-ech \
  --with-ca-bundle=/libcurl-wasm/cacert.pem --without-ca-path $FEATURES \
  CC=emcc-clang AR=emar RANLIB=emranlib PKG_CONFIG="$PWD/pkg-config" curl_disallow_alarm=yes ac_cv_lib_z_gzread=yes \
  CFLAGS="$CFLAGS" CPPFLAGS="-DCURL_TCP_NODELAY_SUPPORTED" LIBS="-lbrotlicommon" \
  LDFLAGS="$(for d in openssl nghttp2 zlib brotli zstd libpsl nghttp3 ngtcp2 libssh2; do printf -- '-L%s ' "$lib/$d/lib"; done)"
mkdir -p "$PREFIX/include" "$PREFIX/share"
cp -r "$SOURCE/include/curl" "$PREFIX/include"
cp config.log curl-config lib/curl_config.h "$PREFIX/share"
