# libcurl's internal headers, for the few files of our C that use internals of libcurl (wasm/src/libcurl/idle.c). Each
# build of libcurl has a curl_config.h of its own.
# sources: curl
mkdir -p "$PREFIX/include"
cp "$SOURCE"/lib/*.h "$PREFIX/include"
for folder in curlx vauth vdns vquic vssh vtls; do cp -r "$SOURCE/lib/$folder" "$PREFIX/include"; done
find "$PREFIX/include" -type f ! -name '*.h' -delete
