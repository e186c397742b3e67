# curl: libcurl itself, unpatched. curl-full.sh builds it once more, with more protocols.
# sources: curl
# depends: openssl nghttp2 zlib brotli zstd libpsl
# files: facade/ares.h facade/ares_version.h facade/idn2.h
lib=$ROOT/build/lib
more=${more-} # libraries that only that one has

# configure only wants to see that the facades' symbols link; what they do is ours and comes with the final link.
mkdir -p facade/include facade/lib
cp "$ROOT"/wasm/facade/*.h facade/include
stub() { for symbol in "$@"; do echo "int $symbol(void) { return 0; }"; done; }
stub ares_init ares_init_options ares_destroy ares_getaddrinfo > ares.c
stub idn2_lookup_ul idn2_lookup_u8 idn2_free idn2_check_version > idn2.c
compile facade/lib/libcares.a -- ares.c
compile facade/lib/libidn2.a -- idn2.c

# configure looks for the libraries of HTTP/3 by pkg-config only, and for the others also by their path.
cat > pkg-config <<END
#!/bin/sh
name=\$(echo "\$2" | sed 's/_crypto_ossl//;s/^lib//')
[ -d "$lib/\$name" ] && echo " $more " | grep -q " \$name " || exit 1
case \$1 in
  --libs-only-l) echo "-l\${2#lib}" ;;
  --libs-only-L) echo "-L$lib/\$name/lib" ;;
  --cflags-only-I) echo "-I$lib/\$name/include" ;;
esac
END
chmod +x pkg-config

# What configure has found out before, for the build with more libraries: several hundred runs of the compiler.
[ ! -f "${answers-}" ] || grep -v '^ac_cv_env_' "$answers" > config.cache

# ac_cv_lib_z_gzread: configure looks for zlib by a function that libcurl does not use, and our zlib has only inflate.
# curl_disallow_alarm: without alarm() there is no sigsetjmp, and so none of the JavaScript that emscripten needs for it.
"$SOURCE/configure" --config-cache --host=wasm32-unknown-linux --disable-shared --enable-static --disable-dependency-tracking \
  --disable-docs --enable-ares="$PWD/facade" --with-libidn2="$PWD/facade" \
  --with-openssl="$lib/openssl" --with-nghttp2="$lib/nghttp2" --with-zlib="$lib/zlib" --with-brotli="$lib/brotli" \
  --with-zstd="$lib/zstd" --with-libpsl="$lib/libpsl" \
  --with-ca-bundle=/libcurl-wasm/cacert.pem --without-ca-path \
  $FEATURES ${enable-} $(for d in $more; do printf -- '--with-%s=%s ' "$d" "$lib/$d"; done) \
  CC=emcc AR=emar RANLIB=emranlib PKG_CONFIG="$PWD/pkg-config" curl_disallow_alarm=yes ac_cv_lib_z_gzread=yes \
  CFLAGS="$CFLAGS" CPPFLAGS="-DCURL_TCP_NODELAY_SUPPORTED" LIBS="-lbrotlicommon" \
  LDFLAGS="$(for d in openssl nghttp2 zlib brotli zstd libpsl $more; do printf -- '-L%s ' "$lib/$d/lib"; done)"
# what bytes of bodies, events and small requests pass through; the rest is large, and runs a few times a transfer
hot='(bufq|cf-(recvbuf|socket)|cfilters|conncache|connect|content_encoding|cw-(out|pause)|dynbuf|dynhds|easy|hash|headers
  |http|http1|http2|http_chunks|llist|multi|multi_ev|multi_ntfy|openssl|progress|ratelimit|request|select|sendf|splay
  |strcase|strequal|strparse|timeval|transfer|uint-[a-z]+|url|urlapi|ws)'
hot=$(grep -ohE "[a-z/]*libcurl_la-$(tr -d ' \n' <<< "$hot")\.lo" lib/Makefile | sort -u)
make -C lib -j"$JOBS" $hot
make -C lib -j"$JOBS" CFLAGS="$COLD" libcurl.la
mkdir -p "$PREFIX/lib" "$PREFIX/include" "$PREFIX/share"
cp lib/.libs/libcurl.a "$PREFIX/lib"
cp -r "$SOURCE/include/curl" "$PREFIX/include"
cp config.cache config.log curl-config lib/curl_config.h "$PREFIX/share"
