# zlib: inflate only, for Content-Encoding gzip and deflate.
# sources: zlib
# DYNAMIC_CRC_TABLE: 7 KB that do not compress are made when the first gzip body comes, in less than a millisecond.
compile "$PREFIX/lib/libz.a" -DHAVE_UNISTD_H -DDYNAMIC_CRC_TABLE -- "$SOURCE"/{adler32,crc32,inffast,inflate,inftrees,zutil}.c
install -Dm644 -t "$PREFIX/include" "$SOURCE"/{zlib,zconf}.h
