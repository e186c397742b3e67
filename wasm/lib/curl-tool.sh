# The curl tool: the objects of curl's src/, unpatched, except for the names of main() and of blocking calls, which
# wasm/src/tool provides. It also provides the functions of tool_hugehelp.c, whose text is a file here, share/manual.txt.
# sources: curl
# depends: curl-full
curl=$ROOT/build/lib/curl-full
renamed="-Dmain=program_main -Dcurlx_wait_ms=tool_wait_ms -Dfread=tool_fread -Dfgets=tool_fgets
  -Dcurl_easy_pause=tool_easy_pause"
flags="$COLD -DHAVE_CONFIG_H -DCURL_STATICLIB -DUSE_MANUAL $renamed
  -I$curl/include -I$curl/share -I$SOURCE/lib -I$SOURCE/src"

# the list of files in the Makefile
files() {
  sed -e ':more' -e '/\\$/{N;s/\\\n//;b more' -e '}' "$SOURCE/src/Makefile.inc" | sed -n 's/^CURL_CFILES = //p'
}
mapfile -t tool < <(files | tr -s ' ' '\n' | grep '\.c$' | grep -v 'tool_getpass\|tool_cb_rea' | sed "s#^#$SOURCE/src/#")
mkdir -p "$PREFIX/lib" "$PREFIX/include" "$PREFIX/share"
compile "$PREFIX/lib/libcurltool.a" $flags -- "${tool[@]}" "$SOURCE"/src/toolx/tool_time.c
compile "$PREFIX/lib/libcurltool-upload.a" $flags -Dread=tool_read_upload -- "$SOURCE/src/tool_cb_rea.c"
compile "$PREFIX/lib/libcurltool-getpass.a" $flags -Dread=tool_read_tty -- "$SOURCE/src/tool_getpass.c"
cp "$SOURCE"/src/*.h "$PREFIX/include" # for wasm/src/tool/manual.c
# the array of bytes that curl's own release compiles into the tool
perl -ne 'print pack("C*", map(hex, /0x(\w\w)/g)) if /hugehelpgz\[\]/ .. /^};/' "$SOURCE/src/tool_hugehelp.c" |
  gzip -dc > "$PREFIX/share/manual.txt"
