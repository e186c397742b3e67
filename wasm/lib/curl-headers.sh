# libcurl's internal headers, for the few files of our C that use internals of libcurl (wasm/src/libcurl/idle.c).
# sources: curl
# depends: curl
mkdir -p "$PREFIX/include"
cp "$SOURCE"/lib/*.h "$ROOT/build/lib/curl/share/curl_config.h" "$PREFIX/include"
for folder in curlx vauth vdns vquic vssh vtls; do cp -r "$SOURCE/lib/$folder" "$PREFIX/include"; done
find "$PREFIX/include" -type f ! -name '*.h' -delete
