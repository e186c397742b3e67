# The same curl as a native program, and its library tests: the reference for curl's tests/http. It uses libraries of
# the machine (see test/ensure-tools).
# sources: curl
unset CFLAGS
"$SOURCE/configure" --disable-shared --enable-static --disable-dependency-tracking --disable-docs --disable-manual \
  --with-openssl --with-nghttp2 --with-zlib --with-brotli --with-zstd --with-libpsl --without-libssh2 --without-libidn2 \
  --without-librtmp --disable-ldap --without-gssapi \
  --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt --without-ca-path \
  $FEATURES CC=cc
make -C lib -j"$JOBS" libcurl.la
make -C src -j"$JOBS" curl curlinfo
make -C tests/libtest -j"$JOBS" libtests
mkdir -p "$PREFIX/bin"
cp src/curl src/curlinfo tests/libtest/libtests "$PREFIX/bin"
