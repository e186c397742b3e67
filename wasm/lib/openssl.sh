# OpenSSL: TLS and the digests. What no client of curl's protocols can reach is left out.
# sources: openssl
# files: lib/openssl/aes_gcm.c
trim=(
  # what a wasm module cannot have, or the host does instead
  asm threads shared pic dso module engine async sock dgram afalgeng secure-memory ui-console atexit
  # programs, tests, documents
  apps tests docs
  # protocols of others
  dtls sctp srtp quic cmp cms ct ts rfc3779 nextprotoneg gost ssl-trace
  # ciphers and digests that no TLS suite offered by default uses
  legacy aria bf blake2 camellia cast idea mdc2 ocb rc2 rc4 rmd160 seed siphash siv sm2 sm3 sm4 whirlpool dsa ec2m slh-dsa
  argon2 multiblock
)
cd "$SOURCE"
# GHASH_ASM and AES_CTR_ASM are OpenSSL's places for a processor's own code; ours is for WebAssembly.
CC=emcc AR=emar RANLIB=emranlib ./Configure linux-generic32 $(printf 'no-%s ' "${trim[@]}") \
  --prefix=/libcurl-wasm --openssldir=/libcurl-wasm --libdir=lib -DGHASH_ASM -DAES_CTR_ASM $CFLAGS
make build_generated
make -j"$JOBS" libcrypto.a libssl.a
emcc -c $CFLAGS -msimd128 -Wall -Wextra -Werror -Iinclude "$ROOT/wasm/lib/openssl/aes_gcm.c" -o aes_gcm.o
emar rs libcrypto.a aes_gcm.o
mkdir -p "$PREFIX/lib" "$PREFIX/include"
cp libcrypto.a libssl.a "$PREFIX/lib"
cp -r include/openssl "$PREFIX/include"
