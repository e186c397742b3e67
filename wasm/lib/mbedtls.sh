# Mbed TLS: TLS and the digests for the light module, as much as config.h names, with ciphers and X25519 of ours.
# sources: mbedtls
# files: lib/mbedtls/config.h lib/mbedtls/gcm.c lib/mbedtls/gcm_alt.h lib/mbedtls/chachapoly.c lib/mbedtls/chachapoly_alt.h lib/mbedtls/x25519.c lib/mbedtls/base64.c lib/mbedtls/random.c lib/mbedtls/openssl/aes.h lib/openssl/aes_ctr.c lib/openssl/ghash.c lib/openssl/chacha.c lib/openssl/poly1305.c
ours=$ROOT/wasm/lib/mbedtls
include=$PREFIX/include
mkdir -p "$include"
cp -r "$SOURCE"/include/{mbedtls,psa} "$include"
cp "$ours/config.h" "$include/mbedtls/mbedtls_config.h"
cp "$ours"/*_alt.h "$include"
install -Dm644 -t "$include/openssl" "$ours/openssl/aes.h"
# libcurl includes this to learn which digests there are, whatever Mbed TLS was built with
printf '#define PSA_WANT_ALG_%s 1\n' MD5 SHA_256 > "$include/psa/crypto_config.h"

cd "$SOURCE/library"
# what each record and the arithmetic of handshakes pass through; the rest is large, and runs a few times a connection
hot='bignum bignum_core ecp_curves sha256 sha512 cipher constant_time'
flags="-I$include -I$SOURCE/library"
cold=$(ls *.c | grep -vxE "($(echo $hot ecp ssl_msg base64 ctr_drbg entropy | tr ' ' '|'))\.c")
compile "$PREFIX/lib/libmbedcrypto.a" $flags $COLD -- $(grep -vE '^(ssl_|x509)' <<< "$cold")
compile "$PREFIX/lib/libmbedx509.a" $flags $COLD -- $(grep '^x509' <<< "$cold")
compile "$PREFIX/lib/libmbedtls.a" $flags $COLD -- $(grep '^ssl_' <<< "$cold")
compile "$PREFIX/lib/libmbedtls.a" $flags -- ssl_msg.c
compile "$PREFIX/lib/libmbedcrypto.a" $flags -- $(printf '%s.c ' $hot)
# x25519.c has these names
compile "$PREFIX/lib/libmbedcrypto.a" $flags -Dmbedtls_ecp_mul=generic_ecp_mul \
  -Dmbedtls_ecp_mul_restartable=generic_ecp_mul_restartable -- ecp.c
compile "$PREFIX/lib/libmbedcrypto.a" $flags -msimd128 -Wall -Wextra -Werror -- \
  "$ours"/{gcm,chachapoly,x25519,base64,random}.c "$ROOT"/wasm/lib/openssl/{aes_ctr,ghash,chacha,poly1305}.c
