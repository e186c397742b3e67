# The openssl program of the pinned source, as a native program: the server of the tests of encrypted client hello,
# which no server of Debian 12 has.
# sources: openssl
unset CFLAGS
cd "$SOURCE"
./Configure $(printf 'no-%s ' shared tests docs dso module legacy quic dtls cmp cms ct ts asm slh-dsa ml-dsa aria bf \
  camellia cast idea md4 mdc2 rc2 rc4 rmd160 seed siphash siv sm2 sm3 sm4 whirlpool dsa ec2m lms argon2 srp) \
  --openssldir=/etc/ssl -O0
make build_generated
make -j"$JOBS" apps/openssl
mkdir -p "$PREFIX/bin"
cp apps/openssl "$PREFIX/bin"
