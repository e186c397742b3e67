# The programs that curl's test suite runs besides the tool: curl's library tests, all in one program, and curlinfo,
# which prints the features that are compiled in. Unpatched, except for the names of main() and of blocking calls.
# sources: curl
# depends: curl-full openssl libpsl nghttp2 zlib brotli zstd nghttp3 ngtcp2 libssh2
curl=$ROOT/build/lib/curl-full
tests=$SOURCE/tests/libtest
flags="-DHAVE_CONFIG_H -DCURL_STATICLIB -w
  -I$curl/include -I$curl/share -I$SOURCE/lib -I$SOURCE/src -I$tests -I. $(for d in openssl libpsl nghttp2 zlib brotli zstd nghttp3 ngtcp2 libssh2; do printf -- "-I%s " "$ROOT/build/lib/$d/include"; done) -I$ROOT/wasm/facade"

# a variable of tests/libtest/Makefile.inc
list() {
  sed -e ':more' -e '/\\$/{N;s/\\\n//;b more' -e '}' "$tests/Makefile.inc" | sed -n "s/^$1 = //p"
}
perl "$tests/mk-lib1521.pl" < "$SOURCE/include/curl/curl.h" lib1521.c
( cd "$tests" && perl "$SOURCE/scripts/mk-unity.pl" --include $(list UTILS_C) $(list TOOLX_C) \
    --test $(list TESTS_C) lib1521.c ) > libtests.c
mkdir -p "$PREFIX/lib"
compile "$PREFIX/lib/libtests.a" $flags -Dmain=program_main -Dcurlx_wait_ms=program_wait_ms -Dselect=program_select -Dconnect=program_connect -- libtests.c
# its main() takes no arguments
echo 'int curlinfo_main(void); int program_main(int argc, char **argv) { (void)argc; (void)argv; return curlinfo_main(); }' \
  > program_main.c
compile "$PREFIX/lib/libcurlinfo.a" $flags -Dmain=curlinfo_main -- "$SOURCE/src/curlinfo.c" program_main.c
