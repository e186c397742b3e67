# ngtcp2: QUIC, with the TLS of OpenSSL.
# sources: ngtcp2
# depends: openssl
flags="-DNDEBUG -DNGTCP2_STATICLIB -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H -DHAVE_UNISTD_H
  -DHAVE_ENDIAN_H -DHAVE_BYTESWAP_H -DHAVE_DECL_BE64TOH=1 -DHAVE_DECL_BSWAP_64=1
  -I$SOURCE/lib/includes -I$SOURCE/crypto/includes -I$SOURCE/lib -I$SOURCE/crypto -I$ROOT/build/lib/openssl/include"
compile "$PREFIX/lib/libngtcp2.a" $flags -- "$SOURCE"/lib/*.c
compile "$PREFIX/lib/libngtcp2_crypto_ossl.a" $flags -- "$SOURCE/crypto/shared.c" "$SOURCE/crypto/ossl/ossl.c"
install -Dm644 -t "$PREFIX/include/ngtcp2" "$SOURCE"/lib/includes/ngtcp2/*.h \
  "$SOURCE"/crypto/includes/ngtcp2/ngtcp2_crypto{,_ossl}.h
