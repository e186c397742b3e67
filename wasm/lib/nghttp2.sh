# nghttp2: HTTP/2 framing.
# sources: nghttp2
# The Debian archive has the files of the repository and not those of the release, so the version header is made here.
version=$(sed -n 's/^AC_INIT(\[nghttp2\], \[\([0-9.]*\).*/\1/p' "$SOURCE/configure.ac")
number=$(printf '0x%02x%02x%02x' ${version//./ })
sed -e "s/@PACKAGE_VERSION@/$version/" -e "s/@PACKAGE_VERSION_NUM@/$number/" \
  "$SOURCE/lib/includes/nghttp2/nghttp2ver.h.in" > "$SOURCE/lib/includes/nghttp2/nghttp2ver.h"
compile "$PREFIX/lib/libnghttp2.a" -DNDEBUG -DNGHTTP2_STATICLIB -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H -DHAVE_CLOCK_GETTIME \
  -DHAVE_DECL_CLOCK_MONOTONIC=1 -I"$SOURCE/lib/includes" -- "$SOURCE"/lib/*.c
install -Dm644 -t "$PREFIX/include/nghttp2" "$SOURCE"/lib/includes/nghttp2/*.h
