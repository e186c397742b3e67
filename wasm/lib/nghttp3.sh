# nghttp3: the frames of HTTP/3, and QPACK.
# sources: nghttp3
compile "$PREFIX/lib/libnghttp3.a" -DNDEBUG -DNGHTTP3_STATICLIB -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H -DHAVE_UNISTD_H \
  -DHAVE_ENDIAN_H -DHAVE_BYTESWAP_H -DHAVE_DECL_BE64TOH=1 -DHAVE_DECL_BSWAP_64=1 \
  -I"$SOURCE/lib/includes" -I"$SOURCE/lib" -- "$SOURCE"/lib/*.c "$SOURCE/lib/sfparse/sfparse.c"
install -Dm644 -t "$PREFIX/include/nghttp3" "$SOURCE"/lib/includes/nghttp3/*.h
