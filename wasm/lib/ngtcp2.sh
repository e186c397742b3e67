# ngtcp2: QUIC, with the TLS of OpenSSL.
# sources: ngtcp2
# depends: openssl
flags="-DNDEBUG -DNGTCP2_STATICLIB -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H -DHAVE_UNISTD_H
  -DHAVE_ENDIAN_H -DHAVE_BYTESWAP_H -DHAVE_DECL_BE64TOH=1 -DHAVE_DECL_BSWAP_64=1
  -I$SOURCE/lib/includes -I$SOURCE/crypto/includes -I$SOURCE/lib -I$SOURCE/crypto -I$ROOT/build/lib/openssl/include"
# what no transfer of curl uses much
cold="$SOURCE/lib/ngtcp2_(bbr|err|log|qlog|transport_params)\.c"
compile "$PREFIX/lib/libngtcp2.a" $flags -- $(ls "$SOURCE"/lib/*.c | grep -vE "$cold")
compile "$PREFIX/lib/libngtcp2.a" $flags $COLD -- $(ls "$SOURCE"/lib/*.c | grep -E "$cold")
compile "$PREFIX/lib/libngtcp2_crypto_ossl.a" $flags -- "$SOURCE/crypto/shared.c" "$SOURCE/crypto/ossl/ossl.c"
install -Dm644 -t "$PREFIX/include/ngtcp2" "$SOURCE"/lib/includes/ngtcp2/*.h \
  "$SOURCE"/crypto/includes/ngtcp2/ngtcp2_crypto{,_ossl}.h
