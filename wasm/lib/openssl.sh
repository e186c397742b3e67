# OpenSSL: TLS and the digests, without the parts that a client of curl's protocols cannot use.
# sources: openssl
# files: lib/openssl/aes_ctr.c lib/openssl/aes_gcm.c lib/openssl/ghash.c lib/openssl/chacha.c lib/openssl/poly1305.c lib/openssl/random.c lib/openssl/client-only lib/openssl/ge_scalarmult_base.c lib/openssl/x_pubkey_decode.c
trim=(
  # features that a wasm module cannot have, or that the host provides
  asm threads shared pic dso module async sock dgram secure-memory ui-console atexit
  # programs, tests and documents
  apps tests docs
  # protocols that curl does not use
  dtls sctp srtp quic cmp cms ct ts rfc3779 nextprotoneg gost ssl-trace psk
  # key derivations of other protocols: those of PKCS #12 and encrypted PEM files stay
  hmac-drbg-kdf kbkdf krb5kdf pvkkdf snmpkdf srtpkdf sshkdf sskdf x942kdf x963kdf
  # ciphers and digests that no TLS suite offered by default uses
  legacy aria bf blake2 camellia cast idea md4 mdc2 ocb rc2 rc4 rmd160 seed siphash siv sm2 sm3 sm4 whirlpool dsa ec2m lms slh-dsa
  argon2 multiblock
)
cd "$SOURCE"
"$ROOT/wasm/lib/openssl/client-only"
# optimised for speed: code that handles every byte, and the arithmetic of handshakes. The rest is large, and runs only
# a few times for each connection
hot='crypto/(aes|chacha|modes|poly1305|sha)/|crypto/bn/libcrypto-lib-bn_(asm|div|exp|mont|mul|nist|shift|sqr)\.o'
hot="$hot|providers/implementations/ciphers/|ssl/record/"
unset CFLAGS # because OpenSSL puts the flags into its version text

# OPENSSL_FILE, OPENSSL_LINE and OPENSSL_FUNC would add places in OpenSSL's source to errors, which curl does not print.
# AES_CTR_ASM, GHASH_ASM and POLY1305_ASM let OpenSSL use code for a special processor: ours is for WebAssembly.
# ec_nistp_64_gcc_128 is arithmetic for P-256 and P-384 with products of 128 bits: three times as fast, also where a
# product of 64 bits is the longest.
CC=emcc-clang AR=emar RANLIB=emranlib ./Configure linux-generic32 $(printf 'no-%s ' "${trim[@]}") \
  enable-ec_nistp_64_gcc_128 \
  --prefix=/libcurl-wasm --openssldir=/libcurl-wasm --libdir=lib -DAES_CTR_ASM -DGHASH_ASM -DPOLY1305_ASM \
  -DOPENSSL_FILE=0 -DOPENSSL_LINE=0 -DOPENSSL_FUNC=0
make build_generated
mapfile -t objects < <(grep -oE '^[^ :]*-lib-[^ :]*\.o' Makefile | sort -u)
those() { printf '%s\n' "${objects[@]}" | grep -E "^($1)"; }
mkdir -p "$PREFIX/lib" "$PREFIX/include"
# libssl twice, because encrypted client hello is only in the full module: it is called from all over libssl, so that the
# linker would keep it even for a libcurl that does not use it
for without in '' -DOPENSSL_NO_ECH; do
  rm -f libssl.a $(those '.*/libssl-lib-' | grep -v ^ssl/ech/) # ssl/ech cannot be compiled without, and is not called
  make -j"$JOBS" CFLAGS="$OPT $without" $(those "$hot")
  make -j"$JOBS" CFLAGS="$OPT_COLD $without" libssl.a
  cp libssl.a "$PREFIX/lib/libssl${without:+-without-ech}.a"
done
make -j"$JOBS" CFLAGS="$OPT_COLD" libcrypto.a
# There is no such option for ChaCha20, so our object replaces OpenSSL's.
emar d libcrypto.a libcrypto-lib-chacha_enc.o
for kernel in aes_ctr ghash chacha poly1305; do
  emcc-clang -c $OPT -msimd128 -Wall -Wextra -Werror -Iinclude "$ROOT/wasm/lib/openssl/$kernel.c" -o $kernel.o
  emar rs libcrypto.a $kernel.o
done
# Nor for AES-GCM of the host. Ours contains OpenSSL's, which has parameters that it does not use.
emar d libcrypto.a libdefault-lib-cipher_aes_gcm_hw.o
emcc-clang -c $OPT -DAES_CTR_ASM -Wall -Wextra -Werror -Wno-unused-parameter -I. -Iinclude \
  -Iproviders/implementations/include -Iproviders/common/include "$ROOT/wasm/lib/openssl/aes_gcm.c" -o aes_gcm.o
emar rs libcrypto.a aes_gcm.o
# Nor for the random numbers of the host.
emar d libcrypto.a libcrypto-lib-rand_lib.o libcrypto-lib-rand_meth.o
emcc-clang -c $OPT_COLD -Wall -Wextra -Werror -Iinclude "$ROOT/wasm/lib/openssl/random.c" -o random.o
emar rs libcrypto.a random.o
cp libcrypto.a "$PREFIX/lib"
# The list of curves again, for modules that shall be small: P-384 without arithmetic of its own, which has 6 KB.
rm crypto/ec/libcrypto-lib-ec_curve.o
make CFLAGS="$OPT_COLD -DSMALL_P384" crypto/ec/libcrypto-lib-ec_curve.o
emar rcs "$PREFIX/lib/libcurves-small.a" crypto/ec/libcrypto-lib-ec_curve.o
cp -r include/openssl "$PREFIX/include"
