# zlib: inflate, for Content-Encoding gzip and deflate, and deflate, for SSH. WebSockets compress with both.
# sources: zlib
# DYNAMIC_CRC_TABLE saves a table of 7 KB that does not compress: it is made at the first gzip body, in less than 1 ms.
# Nothing makes gzip, so deflate has NO_GZIP. inflate.c is as fast with -Os, because its loop is in inffast.c.
compile "$PREFIX/lib/libz.a" -DHAVE_UNISTD_H -DDYNAMIC_CRC_TABLE -- "$SOURCE"/{adler32,crc32,inffast,inftrees,zutil}.c
compile "$PREFIX/lib/libz.a" -DHAVE_UNISTD_H $COLD -- "$SOURCE"/inflate.c
compile "$PREFIX/lib/libz.a" -DHAVE_UNISTD_H -DNO_GZIP $COLD -- "$SOURCE"/{deflate,trees}.c
install -Dm644 -t "$PREFIX/include" "$SOURCE"/{zlib,zconf}.h
